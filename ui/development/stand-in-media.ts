import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, createReadStream, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plugin } from 'vite';
import { drawPicture } from './stand-in-pictures.ts';

/** Where the stand-in's pictures and clips lie. The stand-in in the window names the same folder as its media base. */
const FOLDER = '/stand-in/';
/** Length of the drawn clip in seconds: that of the stand-in's first board. */
const CLIP_SECONDS = 12;

/**
 * Serves drawn pictures and one clip while the window is developed in a browser, where no core serves media.
 * Nothing of it is built into the window.
 */
export function standInMedia(): Plugin {
  const answer = (request: IncomingMessage, response: ServerResponse, next: () => void): void => {
    const path = new URL(request.url ?? '/', 'http://window').pathname;
    if (!path.startsWith(FOLDER)) return next();
    const [kind, id] = path.slice(FOLDER.length).split('/');
    if (kind === 'clip') return sendClip(request, response);
    response.setHeader('Content-Type', 'image/svg+xml');
    response.end(drawPicture(id ?? ''));
  };
  return {
    name: 'stand-in-media',
    configureServer: (server) => void server.middlewares.use(answer),
    configurePreviewServer: (server) => void server.middlewares.use(answer),
  };
}

let clip: Promise<string> | undefined;

/** Draws the clip once with ffmpeg; without ffmpeg the window shows what it shows for a clip that does not load. */
function drawClip(): Promise<string> {
  clip ??= new Promise((resolve, reject) => {
    const file = join(mkdtempSync(join(tmpdir(), 'stand-in-')), 'clip.mp4');
    const source = `gradients=s=1280x720:r=24:d=${CLIP_SECONDS}:c0=0x27384f:c1=0xe0b48c:c2=0x1c2733:c3=0x7d8ba0:n=4:speed=0.01`;
    const encoding = ['-pix_fmt', 'yuv420p', '-g', '24', '-movflags', '+faststart'];
    execFile('ffmpeg', ['-f', 'lavfi', '-i', source, ...encoding, file], (error) =>
      error ? reject(error) : resolve(file),
    );
  });
  return clip;
}

function sendClip(request: IncomingMessage, response: ServerResponse): void {
  drawClip().then(
    (file) => {
      if (!existsSync(file)) return void response.writeHead(404).end();
      const size = statSync(file).size;
      const range = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? '');
      const start = range ? Number(range[1]) : 0;
      const end = range?.[2] ? Number(range[2]) : size - 1;
      response.writeHead(range ? 206 : 200, {
        'Content-Type': 'video/mp4',
        'Accept-Ranges': 'bytes',
        'Content-Length': end - start + 1,
        ...(range ? { 'Content-Range': `bytes ${start}-${end}/${size}` } : {}),
      });
      createReadStream(file, { start, end }).pipe(response);
    },
    () => void response.writeHead(404).end(),
  );
}
