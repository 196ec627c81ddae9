/** Times as people read them. */
import { FRAMES_PER_SECOND } from '../platform/contract';

/** A frame number as `seconds:frames`, two digits each: frame 300 is `12:12`. */
export function timecode(frame: number, framesPerSecond: number = FRAMES_PER_SECOND): string {
  const rate = Math.max(1, Math.round(framesPerSecond));
  const at = Math.max(0, Math.floor(frame));
  return `${pad(Math.floor(at / rate))}:${pad(at % rate)}`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

/** A duration in words: `48 s`, `3 min 20 s`, `1 h 5 min`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return whole % 60 === 0 ? `${minutes} min` : `${minutes} min ${whole % 60} s`;
  return minutes % 60 === 0
    ? `${Math.floor(minutes / 60)} h`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Makes a format when it is first asked for: the first one reads the language's tables, too long for the start. */
function whenAsked(options: Intl.DateTimeFormatOptions): (moment: number) => string {
  let format: Intl.DateTimeFormat | undefined;
  return (moment) => (format ??= new Intl.DateTimeFormat('en', options)).format(moment);
}

// Not `hour12: false`: some engines then call the hour after midnight 24.
const clock = whenAsked({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const exactClock = whenAsked({ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const day = whenAsked({ weekday: 'long', day: 'numeric', month: 'long' });
const dayOfYear = whenAsked({ day: 'numeric', month: 'long', year: 'numeric' });
const date = whenAsked({ day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });

/** A day of the calendar, `YYYY-MM-DD`, in words: `November 20, 2026`. What is none stays as it is. */
export function dateOf(calendarDay: string): string {
  const at = Date.parse(`${calendarDay}T00:00:00Z`);
  return Number.isNaN(at) ? calendarDay : date(at);
}

/** The time of day of a moment in milliseconds since 1970: `14:02`. */
export function timeOfDay(milliseconds: number): string {
  return clock(milliseconds);
}

/** The time of day to the second: `14:02:07`. */
export function exactTimeOfDay(milliseconds: number): string {
  return exactClock(milliseconds);
}

/** A moment seen from `now`, both in milliseconds since 1970: `14:02:07` today, else `Thursday, November 19, 14:02`. */
export function momentOf(milliseconds: number, now: number): string {
  const of = dayOf(milliseconds, now);
  return of === dayOf(now, now) ? exactTimeOfDay(milliseconds) : `${of}, ${timeOfDay(milliseconds)}`;
}

/** The day of a moment seen from `now`, both in milliseconds since 1970: `Thursday, November 19`, of another year
 *  `November 19, 2025`. */
export function dayOf(milliseconds: number, now: number = Date.now()): string {
  const thisYear = new Date(milliseconds).getFullYear() === new Date(now).getFullYear();
  return thisYear ? day(milliseconds) : dayOfYear(milliseconds);
}
