/**
 * The prompt editor. Its document is exactly the string that is sent; elements, camera moves and weak words are only
 * drawn over it. Undo is the board's and not the editor's own, so that one key undoes whatever was done last.
 */
import {
  autocompletion,
  completionKeymap,
  type Completion,
  type CompletionContext,
  type CompletionResult,
} from '@codemirror/autocomplete';
import { defaultKeymap } from '@codemirror/commands';
import {
  Annotation,
  Compartment,
  EditorState,
  StateEffect,
  StateField,
  type Extension,
} from '@codemirror/state';
import {
  Decoration,
  EditorView,
  keymap,
  placeholder,
  tooltips,
  ViewPlugin,
  type DecorationSet,
  type ViewUpdate,
} from '@codemirror/view';
import { isElementName } from '../board/elements';
import type { PromptOf } from './prompt-of';
import { CAMERA_MOVES, MENTION_PATTERN, MOVE_PATTERN, wordPattern } from './vocabulary';
import { WordsInHand } from './words-in-hand';

/** What the editor draws besides the text. */
export interface Surroundings {
  /** Names of the board's elements. */
  elements: readonly string[];
  /** Words that findings speak of. */
  words: readonly string[];
}

export interface PromptEditorOptions {
  parent: HTMLElement;
  label: string;
  hint: string;
  /** The words can be read and copied, not changed. */
  readOnly: boolean;
  text: string;
  /** Whose words the text is. */
  of: PromptOf;
  /** Where the cursor stands; without one it stands at the end. */
  selection?: { anchor: number; head: number } | undefined;
  /** What was written, and for whom: an input method may end its word when another shot is chosen already. */
  onchange: (text: string, of: PromptOf) => void;
  onundo: () => void;
  onredo: () => void;
  /** Escape: back to where the editing was asked for. */
  onleave: () => void;
}

export interface PromptEditor {
  /** Shows a text that was changed elsewhere, as soon as no input method composes. Does nothing when it is shown. */
  setText(text: string, of: PromptOf): void;
  setSurroundings(surroundings: Surroundings): void;
  setLabel(label: string, hint: string): void;
  /** Puts text where the cursor stands, with spaces around it as needed. */
  insert(text: string): void;
  focus(): void;
  destroy(): void;
}

/** A change that came from the board: it must not be reported back to it. */
const fromBoard = Annotation.define<boolean>();
const surroundingsChanged = StateEffect.define<Surroundings>();

const surroundingsField = StateField.define<Surroundings>({
  create: () => ({ elements: [], words: [] }),
  update(value, transaction) {
    for (const effect of transaction.effects) if (effect.is(surroundingsChanged)) return effect.value;
    return value;
  },
});

const looks = {
  known: Decoration.mark({ class: 'prompt-element' }),
  unknown: Decoration.mark({ class: 'prompt-element-unknown' }),
  move: Decoration.mark({ class: 'prompt-move' }),
  weak: Decoration.mark({ class: 'prompt-weak' }),
};

function decorate(state: EditorState): DecorationSet {
  const text = state.doc.toString();
  const { elements, words } = state.field(surroundingsField);
  const mention = (name: string | undefined): Decoration =>
    elements.includes(name ?? '') ? looks.known : looks.unknown;
  const weak = wordPattern(words);
  const ranges = [
    ...[...text.matchAll(MENTION_PATTERN)].map((found) =>
      mention(found[1]).range(found.index, found.index + found[0].length),
    ),
    ...[...text.matchAll(MOVE_PATTERN)].map((found) =>
      looks.move.range(found.index, found.index + found[0].length),
    ),
    ...[...(weak ? text.matchAll(weak) : [])].map((found) =>
      looks.weak.range(found.index, found.index + found[0].length),
    ),
  ];
  return Decoration.set(ranges, true);
}

const decorations = ViewPlugin.fromClass(
  class {
    shown: DecorationSet;
    constructor(view: EditorView) {
      this.shown = decorate(view.state);
    }
    update(update: ViewUpdate): void {
      // While an input method composes, the marks move with the text and nothing is drawn anew under its hands.
      if (update.view.composing) this.shown = this.shown.map(update.changes);
      else if (
        update.docChanged ||
        update.startState.field(surroundingsField) !== update.state.field(surroundingsField)
      ) {
        this.shown = decorate(update.state);
      }
    }
  },
  { decorations: (plugin) => plugin.shown },
);

const itsOwnWay = Decoration.line({ attributes: { dir: 'auto' } });

/** Each line is read the way its words are: from the right in Arabic and Hebrew. The keys of the cursor go the same way. */
export const linesTheirOwnWay: Extension = [
  EditorView.perLineTextDirection.of(true),
  EditorView.decorations.compute(['doc'], ({ doc }) =>
    Decoration.set(
      Array.from({ length: doc.lines }, (_, index) => itsOwnWay.range(doc.line(index + 1).from)),
    ),
  ),
];

const moveCompletions: Completion[] = CAMERA_MOVES.map((label) => ({ label, type: 'move' }));

function complete(context: CompletionContext): CompletionResult | null {
  const mention = context.matchBefore(/@[\p{Alphabetic}\p{N}_-]*/u);
  if (mention) {
    const options = context.state
      .field(surroundingsField)
      .elements.filter(isElementName)
      .map((name) => ({ label: `@${name}`, type: 'element' }));
    return options.length > 0
      ? { from: mention.from, options, validFor: /^@[\p{Alphabetic}\p{N}_-]*$/u }
      : null;
  }
  const word = context.matchBefore(/\p{L}+(?: \p{L}*)?$/u);
  if (context.explicit) return { from: lastWord(word)?.from ?? context.pos, options: moveCompletions };
  const last = lastWord(word);
  // Two letters begin too many words; from the third on the move is meant.
  if (!last || last.text.length < 3) return null;
  const options = moveCompletions.filter(({ label }) => label.startsWith(last.text.toLowerCase()));
  return options.length > 0 ? { from: last.from, options, filter: false } : null;
}

function lastWord(match: { from: number; text: string } | null): { from: number; text: string } | null {
  if (!match) return null;
  const at = match.text.lastIndexOf(' ') + 1;
  return { from: match.from + at, text: match.text.slice(at) };
}

/** Keys that mean something else in this window. */
const NOT_HERE = new Set(['Mod-Enter', 'Mod-[', 'Mod-]', 'Mod-Alt-\\']);

function keys(options: PromptEditorOptions): Extension {
  const run = (action: () => void) => (): boolean => {
    action();
    return true;
  };
  return keymap.of([
    ...completionKeymap,
    { key: 'Mod-z', run: run(options.onundo), preventDefault: true },
    { key: 'Mod-Shift-z', run: run(options.onredo), preventDefault: true },
    { key: 'Mod-y', run: run(options.onredo), preventDefault: true },
    { key: 'Escape', run: run(options.onleave) },
    ...defaultKeymap.filter((binding) => !NOT_HERE.has(binding.key ?? '')),
  ]);
}

/** The nonce that the shell put on the page's own style element; without it the policy refuses the editor's styles. */
function styleNonce(): string {
  return document.querySelector<HTMLStyleElement>('style#style-nonce')?.nonce ?? '';
}

export function createPromptEditor(options: PromptEditorOptions): PromptEditor {
  const words = new Compartment();
  const named = (label: string, hint: string): Extension => [
    EditorView.contentAttributes.of({
      'aria-label': label,
      'data-testid': 'prompt-editor',
      spellcheck: 'true',
    }),
    placeholder(hint),
  ];
  const view = new EditorView({
    parent: options.parent,
    doc: options.text,
    selection: options.selection ?? { anchor: options.text.length },
    extensions: [
      EditorView.cspNonce.of(styleNonce()),
      EditorView.lineWrapping,
      linesTheirOwnWay,
      EditorState.readOnly.of(options.readOnly),
      surroundingsField,
      decorations,
      autocompletion({
        override: [complete],
        icons: false,
        activateOnTypingDelay: 60,
        maxRenderedOptions: 30,
      }),
      tooltips({ position: 'fixed', parent: document.body }),
      keys(options),
      words.of(named(options.label, options.hint)),
      EditorView.updateListener.of((update) => {
        if (!update.docChanged || update.transactions.some((one) => one.annotation(fromBoard))) return;
        options.onchange(update.state.doc.toString(), hand.owner);
      }),
      EditorView.domEventObservers({
        compositionstart: () => hand.composes(),
        compositionupdate: () => hand.composes(),
        compositionend: () => hand.composed(),
        blur: () => hand.isOver(),
        beforeinput: (event) => {
          if (event.inputType === 'insertText') hand.isOver();
        },
      }),
    ],
  });
  const hand = new WordsInHand(options.of, (text) => showText(view, text));

  return {
    setText: (text, of) => hand.set(text, of),
    setSurroundings: (surroundings) => view.dispatch({ effects: surroundingsChanged.of(surroundings) }),
    setLabel: (label, hint) => view.dispatch({ effects: words.reconfigure(named(label, hint)) }),
    insert(text) {
      if (options.readOnly) return;
      const { from, to } = view.state.selection.main;
      const before = view.state.sliceDoc(Math.max(0, from - 1), from);
      const spaced = `${before === '' || /\s/.test(before) ? '' : ' '}${text}`;
      view.dispatch({
        changes: { from, to, insert: spaced },
        selection: { anchor: from + spaced.length },
        userEvent: 'input',
      });
      view.focus();
    },
    focus: () => view.focus(),
    destroy: () => {
      hand.forget();
      view.destroy();
    },
  };
}

function showText(view: EditorView, text: string): void {
  const shown = view.state.doc.toString();
  if (shown === text) return;
  const { from, to, insert } = smallestChange(shown, text);
  const cursor = view.hasFocus ? from + insert.length : text.length;
  view.dispatch({
    changes: { from, to, insert },
    selection: { anchor: cursor },
    annotations: fromBoard.of(true),
  });
}

/** The part in which two texts differ, so that the cursor and the marks outside it stay where they are. */
export function smallestChange(before: string, after: string): { from: number; to: number; insert: string } {
  const shorter = Math.min(before.length, after.length);
  let from = 0;
  while (from < shorter && before[from] === after[from]) from += 1;
  let same = 0;
  while (same < shorter - from && before[before.length - 1 - same] === after[after.length - 1 - same])
    same += 1;
  return { from, to: before.length - same, insert: after.slice(from, after.length - same) };
}
