/** What is heavy and not seen at once begins when the window has drawn itself for the first time. */
let shown: () => void = () => undefined;

/** Resolves when the first picture is on the screen. */
export const firstPicture = new Promise<void>((resolve) => {
  shown = resolve;
});

/** Said once, by whoever drew the window. */
export function firstPictureShown(): void {
  shown();
}
