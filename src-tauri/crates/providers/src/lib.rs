//! One trait, one file per provider, the catalogue, and the conformance suite.
