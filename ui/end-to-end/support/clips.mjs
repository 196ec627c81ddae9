// @ts-check
/** Judging clips by other programs, and making pictures. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';

/** @param {string} program @param {string[]} args @param {import('node:child_process').SpawnSyncOptions} [options] */
export function run(program, args, options = {}) {
  const result = spawnSync(program, args, { encoding: 'utf8', ...options });
  if (result.status !== 0) throw new Error(`${program}: ${result.stderr || result.error}`);
  return String(result.stdout);
}

/** What ffprobe says of a clip's picture. @param {string} file */
export function probe(file) {
  const text = run('ffprobe', ['-v', 'error', '-select_streams', 'v:0', '-count_frames', '-show_entries',
    'stream=codec_name,width,height,nb_read_frames,r_frame_rate', '-of', 'json', file]);
  const stream = JSON.parse(text).streams[0];
  return { codec: stream.codec_name, width: stream.width, height: stream.height, frames: Number(stream.nb_read_frames), rate: stream.r_frame_rate };
}

/** Every clip of a library. @param {string} library @returns {string[]} */
export function clips(library) {
  return readdirSync(path.join(library, 'takes'), { recursive: true })
    .map(String).filter((name) => name.endsWith('.mp4')).map((name) => path.join(library, 'takes', name));
}

/** How bright a part of a picture is, from 0 to 1. @param {string} file @param {{ x: number, y: number, width: number, height: number }} part */
export function brightness(file, { x, y, width, height }) {
  const part = `${Math.round(width)}x${Math.round(height)}+${Math.round(x)}+${Math.round(y)}`;
  return Number(run('convert', [file, '-crop', part, '-colorspace', 'Gray', '-format', '%[fx:mean]', 'info:']));
}

/** Paints a picture file. @param {string} file @param {string} [size] @param {string} [colours] */
export function paint(file, size = '1280x720', colours = 'gradient:#203050-#e0b070') {
  run('convert', ['-size', size, colours, '-depth', '8', file]);
  return file;
}
