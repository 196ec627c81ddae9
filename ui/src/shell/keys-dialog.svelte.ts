class KeysDialog {
  open = $state(false);

  toggle(): void {
    this.open = !this.open;
  }
}

/** Whether the list of keys is open. */
export const keysDialog = new KeysDialog();
