import type * as Rest from '../compose/rest';

/**
 * The window is drawn in two parts. The first has what a person begins with: the words, the shots and the price. The
 * rest is built when that is on the screen, and so are icons: one takes as long to build as a whole row of words.
 */
class FirstPicture {
  /** Whether it is on the screen, and the rest is to be built. */
  shown = $state(false);
  /** The parts whose code is only read then. */
  rest = $state.raw<typeof Rest | null>(null);

  #tell: () => void = () => undefined;
  /** Resolves when it is on the screen. */
  readonly done = new Promise<void>((resolve) => {
    this.#tell = resolve;
  });

  /** Said once, by whoever drew the window. Resolves when the rest is there as well. */
  async isShown(): Promise<void> {
    this.shown = true;
    this.#tell();
    this.rest = await import('../compose/rest');
  }
}

export const firstPicture = new FirstPicture();
