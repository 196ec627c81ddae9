// Replicate's own JavaScript client, unchanged but for its address. Prints what happened as one line of JSON.

import { readFile } from "node:fs/promises";
import Replicate from "replicate";

setTimeout(() => process.exit(9), 90_000).unref();
const [base, mode, picture] = process.argv.slice(2);
const replicate = new Replicate({ auth: "r8_sandbox-key-0006", baseUrl: `${base}/v1`, useFileOutput: false });
const model = "kwaivgi/kling-v3-video";
const input = { prompt: "A red door opens", mode: "standard", duration: 3 };
const wait = { mode: "poll", interval: 20 };

if (mode === "life") {
  const image = await replicate.files.create(new File([await readFile(picture)], "picture.png", { type: "image/png" }));
  const states = new Set();
  const clip = await replicate.run(model, { input: { ...input, start_image: image.urls.get }, wait }, (prediction) =>
    states.add(prediction.status),
  );
  const told = { picture: image.urls.get, clip, states: [...states].sort() };
  const { id } = await replicate.predictions.create({ model, input });
  await replicate.predictions.cancel(id);
  told.stopped = (await replicate.predictions.get(id)).status;
  told.run = await replicate.run(model, { input });
  told.listed = (await replicate.predictions.list()).results.length;
  console.log(JSON.stringify(told));
} else {
  const said = (duration) =>
    replicate.run(model, { input: { ...input, duration }, wait }).then(
      () => "no error",
      (error) => String(error),
    );
  const failed = await said(3);
  console.log(JSON.stringify({ failed, refused: await said(99) }));
}
