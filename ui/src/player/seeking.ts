/** Frames and a video's own seconds. */

/** Kept free before the end of a clip, in seconds: some systems never seek again after the very end was sought. */
const END_MARGIN = 0.04;

/** The time to seek to for a frame: its middle, so that rounding cannot land on its neighbour. */
export function timeOfFrame(frame: number, framesPerSecond: number, duration: number): number {
  const middle = (frame + 0.5) / framesPerSecond;
  const end = Number.isFinite(duration) ? duration - END_MARGIN : middle;
  return Math.max(0, Math.min(middle, end));
}

/** The frame a video shows at a time. */
export function frameAtTime(time: number, framesPerSecond: number, frames: number): number {
  return Math.max(0, Math.min(frames - 1, Math.floor(time * framesPerSecond + 0.01)));
}
