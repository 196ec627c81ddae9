/** The one clip of the gallery: which frame stands in the detail panel and whether it plays. */
class Playback {
  /** The frame under the playhead, from 0. */
  frame = $state(0);
  playing = $state(false);
  /** Sound stays off until somebody asks for it. */
  muted = $state(true);
  loop = $state(false);

  /** Another take is looked at. */
  reset(): void {
    this.frame = 0;
    this.playing = false;
  }
}

export const playback = new Playback();
