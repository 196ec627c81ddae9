/** Edits of a board's elements: the named references of its prompts. */
import type { Board, Element } from '../platform/contract';
import type { Message } from '../strings/text';
import type { Edit, Outcome } from './edit';
import type { Limits } from './limits';

/** The edits that belong here. */
export type ElementEdit = Extract<
  Edit,
  {
    kind:
      | 'add-element'
      | 'element-name'
      | 'element-id'
      | 'element-description'
      | 'add-element-picture'
      | 'remove-element-picture'
      | 'replace-element-picture'
      | 'frontal-element-picture'
      | 'remove-element';
  }
>;

export function isElementEdit(edit: Edit): edit is ElementEdit {
  return edit.kind.includes('element');
}

/** What can stand after `@` as one mention. How long a name may be is the core's to say. */
const NAME = /^[\p{Alphabetic}\p{N}_-]+$/u;

export function isElementName(name: string): boolean {
  return NAME.test(name);
}

/** What somebody wrote as a name, without the sign that stands before it and without spaces, where a mention would end. */
export function asElementName(written: string): string {
  return written.replace(/^[\s@]+/u, '').replace(/\s/gu, '_');
}

/** What each changed element was changed from, back to the first: elements have no id that would stay. */
const origins = new WeakMap<Element, Element>();

/** What stays the same of an element through its edits. A board that the core answered begins anew. */
export function originOf(element: Element): Element {
  return origins.get(element) ?? element;
}

function done(board: Board, elements: Element[], key: Message['key'], name = ''): Outcome {
  return { kind: 'done', board: { ...board, elements }, label: { key, values: { name } } };
}

function unchanged(board: Board): Outcome {
  return { kind: 'done', board, label: { key: 'edit.remove-element' } };
}

export function setElements(board: Board, edit: ElementEdit, limits: Limits): Outcome {
  const { elements } = board;
  if (edit.kind === 'add-element') {
    if (elements.length >= limits.elements) {
      return { kind: 'refused', reason: { key: 'refused.elements-max', values: { max: limits.elements } } };
    }
    const empty: Element = { name: '', element_id: '', description: '', pictures: [] };
    return done(board, [...elements, empty], 'edit.add-element');
  }
  const element = elements[edit.index];
  // It was removed meanwhile: there is nothing left to change.
  if (!element) return unchanged(board);
  const changed = (part: Partial<Element>): Element[] => {
    const next = { ...element, ...part };
    origins.set(next, originOf(element));
    return elements.with(edit.index, next);
  };
  const name = element.name === '' ? String(edit.index + 1) : `@${element.name}`;
  switch (edit.kind) {
    case 'element-name':
      return done(board, changed({ name: edit.name }), 'edit.element-name');
    case 'element-id':
      return done(board, changed({ element_id: edit.id }), 'edit.element-id', name);
    case 'element-description':
      return done(board, changed({ description: edit.text }), 'edit.element-description', name);
    case 'add-element-picture': {
      const { max } = limits.elementPictures;
      if (element.pictures.length >= max)
        return { kind: 'refused', reason: { key: 'refused.element-pictures-max', values: { max, name } } };
      return done(
        board,
        changed({ pictures: [...element.pictures, edit.frame] }),
        'edit.add-element-picture',
        name,
      );
    }
    case 'remove-element-picture':
      return done(
        board,
        changed({ pictures: element.pictures.toSpliced(edit.picture, 1) }),
        'edit.remove-element-picture',
        name,
      );
    case 'replace-element-picture': {
      if (!element.pictures[edit.picture]) return unchanged(board);
      const pictures = element.pictures.with(edit.picture, edit.frame);
      return done(board, changed({ pictures }), 'edit.add-element-picture', name);
    }
    case 'frontal-element-picture': {
      const picture = element.pictures[edit.picture];
      if (!picture || edit.picture === 0) return unchanged(board);
      const pictures = [picture, ...element.pictures.toSpliced(edit.picture, 1)];
      return done(board, changed({ pictures }), 'edit.frontal-element-picture', name);
    }
    case 'remove-element':
      return done(board, elements.toSpliced(edit.index, 1), 'edit.remove-element', name);
  }
}
