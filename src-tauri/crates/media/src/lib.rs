//! Frames, thumbnails, the rehearsal renderer and MP4 probing.
