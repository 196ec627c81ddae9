/** Where the eyes and the keyboard are sent from elsewhere: the prompt, or the field a finding speaks of. */
class Focus {
  /** Rises with each wish to write in the prompt. */
  prompt = $state(0);
  /** The field that was asked for, and a number that rises, so that the same field can be asked for again. */
  field = $state.raw<{ path: string; turn: number }>({ path: '', turn: 0 });

  editPrompt(): void {
    this.prompt += 1;
  }

  show(path: string): void {
    this.field = { path, turn: this.field.turn + 1 };
  }
}

export const focus = new Focus();
