/** Short notices at the edge of the window, some with a way back. */

export interface Toast {
  id: number;
  text: string;
  detail: string;
  tone: 'plain' | 'good' | 'bad';
  /** The way back from what is told. */
  action: { label: string; run: () => void } | undefined;
  /** Where more of what is told can be seen. */
  open: { label: string; run: () => void } | undefined;
  /** When it came, in milliseconds of the page's clock. */
  at: number;
  /** How often it was said while it stood there. */
  times: number;
}

/** How long a notice stays, in milliseconds: long enough to reach its button. */
const STAYS = { plain: 6_000, good: 5_000, bad: 12_000 };
/** Notices shown at once; the oldest leaves first. */
const AT_ONCE = 3;

class Toasts {
  list = $state.raw<Toast[]>([]);
  #next = 1;
  #ends = new Map<number, ReturnType<typeof setTimeout>>();

  /** Shows a notice. One that says the same as another that still stands is counted there, and keeps it longer. */
  show(toast: {
    text: string;
    detail?: string;
    tone?: Toast['tone'];
    action?: Toast['action'];
    open?: Toast['open'];
  }): void {
    const { text, detail = '', tone = 'plain', action, open } = toast;
    const same = this.list.find((one) => isSame(one, { text, detail, tone, action, open }));
    if (same) {
      const again = { ...same, times: same.times + 1 };
      this.list = this.list.map((one) => (one === same ? again : one));
      this.#endLater(again);
      return;
    }
    const entry: Toast = {
      id: this.#next,
      text,
      detail,
      tone,
      action,
      open,
      at: performance.now(),
      times: 1,
    };
    this.#next += 1;
    for (const old of this.list.slice(0, Math.max(0, this.list.length + 1 - AT_ONCE))) this.dismiss(old.id);
    this.list = [...this.list, entry];
    this.#endLater(entry);
  }

  dismiss(id: number): void {
    clearTimeout(this.#ends.get(id));
    this.#ends.delete(id);
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  /** Goes the way back that a notice offers. */
  act(toast: Toast): void {
    this.dismiss(toast.id);
    toast.action?.run();
  }

  /** Goes where more can be seen. */
  look(toast: Toast): void {
    this.dismiss(toast.id);
    toast.open?.run();
  }

  /** When the newest notice came that has a way back, in milliseconds of the page's clock. */
  get wayBackAt(): number {
    return this.#newestWayBack()?.at ?? -Infinity;
  }

  /** Goes the way back of the newest notice that has one. False when none has. */
  takeBack(): boolean {
    const newest = this.#newestWayBack();
    if (newest) this.act(newest);
    return newest !== undefined;
  }

  #newestWayBack(): Toast | undefined {
    return this.list.findLast((toast) => toast.action !== undefined);
  }

  #endLater({ id, tone }: Toast): void {
    clearTimeout(this.#ends.get(id));
    this.#ends.set(
      id,
      setTimeout(() => this.dismiss(id), STAYS[tone]),
    );
  }
}

/** Those with a way back, or on, are never the same: each leads somewhere else. */
function isSame(one: Toast, other: Pick<Toast, 'text' | 'detail' | 'tone' | 'action' | 'open'>): boolean {
  if (one.action || other.action || one.open || other.open) return false;
  return one.text === other.text && one.detail === other.detail && one.tone === other.tone;
}

export const toasts = new Toasts();
