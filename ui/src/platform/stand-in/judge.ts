/** A rough judge: enough findings to see every kind of place they are shown in. The core has the real rules. */
import type { Assessment, Board, Finding, PriceTable, Profile, Quote } from '../contract';

const length = (text: string): number => [...text].length;

type Say = (
  severity: Finding['severity'],
  code: Finding['code'],
  field: string,
  values?: Record<string, string | number>,
) => Finding;

export function judge(board: Board, profile: Profile, table: PriceTable | undefined): Assessment {
  const multi = board.shots.length > 1;
  const seconds = board.shots.reduce((sum, shot) => sum + shot.seconds, 0);
  const forced = profile.shots_force_audio && multi;
  const findings: Finding[] = [];
  const say: Say = (severity, code, field, values = {}) => {
    const words = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
    const finding: Finding = { code, severity, field, values: words, mend: null };
    findings.push(finding);
    return finding;
  };
  if (board.shots.length > profile.shots.max)
    say('error', 'shots-too-many', 'shots', { count: board.shots.length, max: profile.shots.max });
  const texts = multi
    ? board.shots.map((shot, index) => ({
        text: shot.prompt,
        field: `shots[${index}].prompt`,
        shot: index + 1,
      }))
    : [{ text: board.prompt, field: 'prompt', shot: 1 }];
  for (const { text, field, shot } of texts) {
    const max = multi ? profile.shot_prompt_max : profile.prompt_max;
    if (text.trim() === '') say('error', multi ? 'shot-prompt-empty' : 'prompt-empty', field, { shot });
    if (length(text) > max) {
      const values = { shot, max, over: length(text) - max, length: length(text) };
      say('error', multi ? 'shot-prompt-too-long' : 'prompt-too-long', field, values);
    }
    const word = /\b(sign reads|painted on|written|logo|the word)\b/i.exec(text)?.[0];
    if (word) say('advice', 'advice-written-words', field, { word });
  }
  if (board.last_frame && multi && !profile.last_frame_with_shots)
    say('error', 'last-frame-with-shots', 'last_frame');
  if (board.last_frame && !board.first_frame) say('error', 'last-frame-needs-first', 'last_frame');
  for (const [field, frame] of [
    ['first_frame', board.first_frame],
    ['last_frame', board.last_frame],
  ] as const) {
    if (!frame || frame.width * 10 <= frame.height * profile.image.max_stretch_tenths) continue;
    say('error', 'frame-too-stretched', field, { shape: '2.9:1', ratio: board.ratio }).mend = {
      kind: 'crop',
      ratio: board.ratio,
    };
  }
  judgeAddresses(board, profile, say);
  judgeElements(board, profile, say);
  if (board.takes > profile.takes_max)
    say('error', 'takes-out-of-range', 'takes', { takes: board.takes, max: profile.takes_max });
  if (board.watermark && !profile.watermark) say('warning', 'watermark-unsupported', 'watermark');
  if (profile.audio_always && !board.audio) say('advice', 'audio-always', 'audio');
  if (board.negative_prompt && multi) say('warning', 'negative-prompt-unused', 'negative_prompt');
  if (forced && !board.audio) say('warning', 'audio-forced', 'audio');
  if (multi && board.prompt) say('advice', 'main-prompt-unused', 'prompt');
  const quote = table ? price(board, table, seconds, forced || profile.audio_always) : null;
  const order = { error: 0, warning: 1, advice: 2 };
  findings.sort((a, b) => order[a.severity] - order[b.severity]);
  return {
    findings,
    ready: !findings.some((finding) => finding.severity === 'error'),
    quote,
    seconds,
    seconds_left: Math.max(0, profile.seconds.max - seconds),
    audio: profile.audio_always
      ? 'always'
      : !profile.audio
        ? 'unsupported'
        : forced
          ? 'forced'
          : board.audio
            ? 'on'
            : 'off',
    ratio: board.first_frame ? '16:9' : board.ratio,
    ratio_from_frame: board.first_frame !== null,
    prompt_characters: length(board.prompt),
    shot_characters: board.shots.map((shot) => length(shot.prompt)),
    negative_characters: length(board.negative_prompt),
  };
}

function judgeAddresses(board: Board, profile: Profile, say: Say): void {
  const isPublic = (address: string): boolean => /^https:\/\/[^/\s]+\.[a-z]+(\/|$)/.test(address);
  if (board.callback !== '' && !profile.callback) say('warning', 'callback-unsupported', 'callback');
  else if (board.callback !== '' && !isPublic(board.callback)) say('error', 'callback-invalid', 'callback');
  if (!profile.frames_by_address) return;
  for (const [field, frame, address] of [
    ['first_frame', board.first_frame, board.first_frame_address],
    ['last_frame', board.last_frame, board.last_frame_address],
  ] as const) {
    if (address === '' && frame) say('error', 'frame-needs-address', field);
    else if (address !== '' && !isPublic(address)) say('error', 'frame-address-invalid', field);
  }
}

function judgeElements(board: Board, profile: Profile, say: Say): void {
  const { elements } = board;
  if (elements.length > profile.elements_max) {
    say('error', 'elements-too-many', 'elements', { count: elements.length, max: profile.elements_max });
    return;
  }
  for (const [index, { name, element_id: id, pictures }] of elements.entries()) {
    const field = `elements[${index}]`;
    const { min, max } = profile.element_pictures;
    if (profile.element_form === 'pictures') {
      const count = pictures.length;
      if (count < min || count > max)
        say('error', 'element-pictures-count', field, { name, count, min, max });
    } else if (id === '') say('error', 'element-id-missing', field, { name });
    else if (profile.element_form === 'number' && !/^\d+$/.test(id))
      say('error', 'element-id-no-number', field, { name });
  }
}

function price(board: Board, table: PriceTable, asked: number, forced: boolean): Quote | null {
  const audio = board.audio || forced;
  const rate = table.rates.find((one) => one.audio === audio);
  if (!rate) return null;
  const seconds = Math.max(asked, table.minimum_seconds);
  const reasons: Quote['reasons'] = [];
  if (audio) reasons.push(forced && !board.audio ? 'audio-forced' : 'audio');
  if (seconds > asked) reasons.push('minimum-seconds');
  if (board.takes > 1) reasons.push('takes');
  return {
    total: rate.per_second * seconds * board.takes,
    per_take: rate.per_second * seconds,
    per_second: rate.per_second,
    seconds,
    takes: board.takes,
    credits: rate.credits_per_second === null ? null : rate.credits_per_second * seconds * board.takes,
    reasons,
    source: table.source,
    date: table.date,
    edited: rate.shipped !== null,
  };
}
