//! The library: one SQLite database and the media files beside it.
