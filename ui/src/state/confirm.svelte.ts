/** One question at a time that has to be answered before anything goes on. */

export interface Question {
  title: string;
  body: string;
  confirm: string;
  /** Words of the way out, where plain "Cancel" could be read as the answer. */
  decline?: string;
  tone: 'plain' | 'money' | 'danger';
}

class Confirm {
  question = $state.raw<Question | null>(null);
  #answer: ((yes: boolean) => void) | undefined;

  /** Asks, and resolves with the answer. A question that is still open is answered with no. */
  ask(question: Question): Promise<boolean> {
    this.answer(false);
    this.question = question;
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  }

  answer(yes: boolean): void {
    this.question = null;
    this.#answer?.(yes);
    this.#answer = undefined;
  }
}

export const confirm = new Confirm();
