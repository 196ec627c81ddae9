import type { BoardChange } from '../../platform/contract';

/** A change without words does not compile. */
type ChangeStrings = { [Change in BoardChange as `change.${Change}`]: string };

const changes: ChangeStrings = {
  'change.takes-within-limit': 'fewer takes',
  'change.guidance-within-limit': "the provider's own guidance",
  'change.ratio-allowed': 'a ratio it makes',
  'change.cut-by-person': 'cuts by you',
  'change.length-within-limits': 'a length it makes',
  'change.shots-long-enough': 'longer shots',
  'change.without-callback': 'no callback',
  'change.without-elements': 'no elements',
  'change.without-last-frame': 'no last frame',
  'change.without-frames': 'no frames',
  'change.shots-joined': 'all shots joined into one',
};

/** Words about providers: what is known of them, and the same board at each of them. */
export const providers = {
  'provider.unverified': 'Unverified',
  'provider.unverified-how': '{provider} documents its protocol only in part.',
  'provider.in.credits': '{count} {count|credit|credits}',
  'provider.in.units': '{count} {count|unit|units}',

  'compare.title': 'The same board everywhere',
  'compare.how': '{board}, {seconds} s, as each provider would bill it now.',
  'compare.all': 'All',
  'compare.lines': '{lines}p',
  'compare.lines-4k': '4K',
  'compare.lines-label': 'Size of the picture',
  'compare.unfinished': 'Nobody takes the board yet: {reason}.',
  'compare.group-takes': 'As it is ({count})',
  'compare.group-finished': 'Once that is mended ({count})',
  'compare.group-changes': 'With a change ({count})',
  'compare.group-refuses': 'Not this board ({count})',
  'compare.column-model': 'Provider and model',
  'compare.column-about': 'Rate and key, or what is in the way',
  'compare.column-total': 'Total',
  'compare.column-choose': 'Choose',
  'compare.changes': 'The smallest change: {changes}.',
  'compare.change': 'Change and choose',
  'compare.changing': 'Changing',
  'compare.choose': 'Choose',
  'compare.choose-anyway': 'Choose anyway',
  'compare.chosen': 'Chosen',

  ...changes,
} as const;
