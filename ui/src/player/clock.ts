/** Calls with the seconds since the last picture, once for each picture the screen shows, until stopped. */
export function everyPicture(call: (elapsed: number) => void): () => void {
  let last = performance.now();
  let asked = requestAnimationFrame(turn);
  function turn(now: number): void {
    asked = requestAnimationFrame(turn);
    call(Math.max(0, now - last) / 1000);
    last = now;
  }
  return () => cancelAnimationFrame(asked);
}
