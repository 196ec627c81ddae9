/** Words for a finding about a well's picture: shapes as people say them, and which ones the model takes. */
import type { Board, Finding, Frame, Profile, Ratio } from '../platform';
import { widthOf } from '../board/ratio';
import { findingWords, type Words } from '../state/problems';
import { t } from '../strings/text';

const KNOWN: readonly Ratio[] = ['16:9', '9:16', '1:1'];
/** How far a shape may be from a known one that it is called by: a picture of 1366 x 768 is 16:9 to everybody. */
const ALIKE = 0.01;

export function frameWords(finding: Finding, board: Board, profile: Profile | undefined): Words {
  const words = findingWords(finding);
  const { first_frame: first, last_frame: last } = board;
  if (finding.code === 'frames-differ' && first && last) {
    const title = t('finding.frames-differ', { first: shapeOf(first), last: shapeOf(last) });
    return { ...words, title };
  }
  const frame = finding.field === 'last_frame' ? last : first;
  if (finding.code !== 'frame-too-stretched' || !frame || !profile) return words;
  const isWide = frame.width > frame.height;
  const most = inTenths(profile.image.max_stretch_tenths, isWide);
  return {
    title: t(isWide ? 'well.too-wide' : 'well.too-tall', { shape: shapeOf(frame) }),
    remedy: t('well.too-stretched.remedy', { ...finding.values, most }),
  };
}

/** `16:9` for a known shape, `3.6 : 1` or `1 : 3.6` for any other. */
function shapeOf({ width, height }: Frame): string {
  const shape = Math.max(1, width) / Math.max(1, height);
  const known = KNOWN.find((ratio) => Math.abs(shape / widthOf(ratio) - 1) <= ALIKE);
  return known ?? inTenths(Math.round(10 * Math.max(shape, 1 / shape)), shape > 1);
}

function inTenths(tenths: number, isWide: boolean): string {
  const sides = [String(tenths / 10), '1'];
  return (isWide ? sides : sides.reverse()).join('\u00a0:\u00a0');
}
