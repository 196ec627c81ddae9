/**
 * Whether the window may close. What cannot be saved keeps it open and is said; a person who has read that and asks once
 * more means it. A held key, a double click and an impatient second press are the same asking.
 */

/** What comes within so many milliseconds of the last asking is no new one, and what is said is not read any faster. */
export const SAME_ASKING = 1_000;
/** Who asks again within so many milliseconds, after the window stayed and said why, means it. */
export const MEANS_IT = 60_000;
/** So many milliseconds the window waits for a save, then it says that it stays: a disk that does not answer saves nothing. */
export const SAVED_BY = 5_000;

export interface Closing {
  /** Whether the window may close now. `save` says whether everything is safe, `stay` tells why the window stays. */
  ask(save: () => Promise<boolean>, stay: () => void): Promise<boolean>;
  /** Everything could be saved since: the next failure keeps the window open again. */
  safe(): void;
}

/** `now` in milliseconds. */
export function closing(now: () => number = () => performance.now()): Closing {
  let asked = -Infinity;
  /** When the window said why it stays; never, or it is past. */
  let stayed = -Infinity;
  /** Those who ask while it is tried wait for the same attempt: otherwise a held key would ask for one after the other, and
   *  the last of them would close the window long after somebody went on working. */
  let trying: Promise<boolean> | undefined;
  return {
    async ask(save, stay) {
      const at = now();
      const repeated = at - asked < SAME_ASKING;
      asked = at;
      const means = !repeated && at - stayed >= SAME_ASKING && at - stayed < MEANS_IT;
      trying ??= save().finally(() => (trying = undefined));
      if ((await inTime(trying)) || means) return true;
      // The first of them says why.
      if (repeated) return false;
      stayed = now();
      stay();
      return false;
    },
    safe() {
      stayed = -Infinity;
    },
  };
}

/** Whether everything is safe, as far as that is known in time. */
async function inTime(trying: Promise<boolean>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), SAVED_BY)));
  const safe = await Promise.race([trying, late]);
  clearTimeout(timer);
  return safe;
}
