/**
 * Finds and fills the window's words. `en` is the catalogue and its type: another language is another file of the
 * same shape.
 *
 * In a text, `{name}` is a value, and `{count|shot|shots}` is the first word for one and the second for any other count.
 */
import { en, type Catalogue, type StringKey } from './en';

export type { StringKey } from './en';

/** What a text is filled with. */
export type Values = Readonly<Record<string, string | number>>;

/** A text that is filled in later: a label, a spoken result. */
export interface Message {
  key: StringKey;
  values?: Values;
}

const catalogue: Catalogue = en;

/** The text of a key, filled. */
export function t(key: StringKey, values: Values = {}): string {
  return fill(catalogue[key], values);
}

/** The text of a message. */
export function say(message: Message): string {
  return t(message.key, message.values);
}

/** Whether the catalogue has this key: for codes that arrive from the core as plain text. */
export function isKey(key: string): key is StringKey {
  return Object.hasOwn(catalogue, key);
}

/** Fills one text. A value that is missing stays visible as `{name}`, so that a test or a person notices. */
export function fill(text: string, values: Values): string {
  return text.replace(
    /\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g,
    (whole, name: string, one?: string, other?: string) => {
      const value = values[name];
      if (value === undefined) return whole;
      if (one === undefined || other === undefined) return String(value);
      return Number(value) === 1 ? one : other;
    },
  );
}
