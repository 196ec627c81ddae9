/**
 * The words that a field shows, and whose they are. While an input method composes, nothing may be changed under its
 * hands: other words wait until it has let go, and what it still writes belongs to the words it was begun in.
 */

/**
 * How long after the end of a composition other words wait, in milliseconds. What was composed reaches the editor a
 * little later than the end of it: CodeMirror itself waits 50 ms. Words that came before would throw it away.
 */
const LETS_GO = 60;

/** `Owner` says whose the words are: whoever reads them back is told, and need not guess from what is chosen by now. */
export class WordsInHand<Owner> {
  #owner: Owner;
  #waiting: { text: string; owner: Owner } | undefined;
  #composing = false;
  #lettingGo: ReturnType<typeof setTimeout> | undefined;
  readonly #show: (text: string) => void;

  constructor(owner: Owner, show: (text: string) => void) {
    this.#owner = owner;
    this.#show = show;
  }

  /** Whose words the field shows. */
  get owner(): Owner {
    return this.#owner;
  }

  /** Shows these words, now or when the input method has let go. */
  set(text: string, owner: Owner): void {
    if (this.#composing || this.#lettingGo !== undefined) {
      this.#waiting = { text, owner };
      return;
    }
    this.#owner = owner;
    this.#show(text);
  }

  /** An input method composes. */
  composes(): void {
    this.#composing = true;
  }

  /** The composition ended. */
  composed(): void {
    this.#composing = false;
    this.forget();
    this.#lettingGo = setTimeout(() => this.#letGo(), LETS_GO);
  }

  /**
   * Nothing is composed any more: the keyboard left the field, or a letter comes by itself. Not every input method says
   * then that its composition ended, and some engines say nothing at the end of a dead key.
   */
  isOver(): void {
    if (this.#composing) this.composed();
  }

  /** The field goes away. */
  forget(): void {
    clearTimeout(this.#lettingGo);
    this.#lettingGo = undefined;
  }

  #letGo(): void {
    this.#lettingGo = undefined;
    // The next composition has begun already: its end will come as well.
    if (this.#composing || !this.#waiting) return;
    const { text, owner } = this.#waiting;
    this.#waiting = undefined;
    this.set(text, owner);
  }
}
