/** Where the focus goes when what had it is gone: whoever works by keyboard would begin at the top of the window. */
import { tick } from 'svelte';

/** Gives the focus to the first of these that takes it, once the window shows what was asked for. */
export async function focusOn(...selectors: readonly string[]): Promise<void> {
  await tick();
  for (const selector of selectors) {
    const element = document.querySelector<HTMLElement>(selector);
    element?.focus();
    if (element !== null && element === document.activeElement) return;
  }
}

/** Takes the focus that was lost with something that is gone. Whoever has it elsewhere keeps it. */
export function catchFocus(element: HTMLElement): void {
  if (document.activeElement === document.body) element.focus();
}
