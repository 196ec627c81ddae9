/** Words for a problem: from the catalogue by its code, and the core's own words for codes it does not know. */
import type { Finding, Problem } from '../platform';
import { problemOf } from '../platform';
import { isKey, t } from '../strings/text';
import { toasts } from './toasts.svelte';

export interface Words {
  title: string;
  remedy: string;
}

export function problemWords(problem: Problem): Words {
  const key = `problem.${problem.code}`;
  const remedy = `${key}.remedy`;
  return {
    title: isKey(key) ? t(key) : capitalised(problem.message),
    remedy: isKey(remedy) ? t(remedy) : problem.hint,
  };
}

/** A text with a full stop, for words that follow one another: some of the core's own end with one already. */
export function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function findingWords(finding: Finding): Words {
  return {
    title: t(`finding.${finding.code}`, finding.values),
    remedy: t(`finding.${finding.code}.remedy`, finding.values),
  };
}

/** What support needs to know of a problem. Holds no secrets: the core removed them. */
export function problemDetails(problem: Problem, version: string): string {
  return [
    `Sixshot ${version}`,
    `code: ${problem.code}`,
    `message: ${problem.message}`,
    `hint: ${problem.hint}`,
  ].join('\n');
}

/** Tells the person about something that went wrong away from where they look, in words that fit what they did. */
export function report(thrown: unknown, words: (problem: Problem) => Words = problemWords): void {
  const problem = problemOf(thrown);
  const { title, remedy } = words(problem);
  toasts.show({ tone: 'bad', text: title, detail: remedy });
}
