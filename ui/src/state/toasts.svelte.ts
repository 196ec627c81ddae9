/** Short notices at the edge of the window, some with a way back. */

export interface Toast {
  id: number;
  text: string;
  detail: string;
  tone: 'plain' | 'good' | 'bad';
  action: { label: string; run: () => void } | undefined;
}

/** How long a notice stays, in milliseconds: long enough to reach its button. */
const STAYS = { plain: 6_000, good: 5_000, bad: 12_000 };
/** Notices shown at once; the oldest leaves first. */
const AT_ONCE = 3;

class Toasts {
  list = $state.raw<Toast[]>([]);
  #next = 1;

  show(toast: { text: string; detail?: string; tone?: Toast['tone']; action?: Toast['action'] }): void {
    const id = this.#next;
    this.#next += 1;
    const tone = toast.tone ?? 'plain';
    const entry: Toast = { id, text: toast.text, detail: toast.detail ?? '', tone, action: toast.action };
    this.list = [...this.list, entry].slice(-AT_ONCE);
    setTimeout(() => this.dismiss(id), STAYS[tone]);
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }
}

export const toasts = new Toasts();
