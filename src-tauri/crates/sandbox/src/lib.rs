//! A local server that speaks every provider's protocol, with faults on request.
