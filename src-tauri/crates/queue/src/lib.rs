//! The life of a generation: a pure state machine and the driver that runs it.
