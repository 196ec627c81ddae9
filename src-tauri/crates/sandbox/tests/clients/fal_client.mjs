// fal's own JavaScript client, unchanged but for its addresses. Prints what happened as one line of JSON.

import { readFile } from "node:fs/promises";
import { createFalClient } from "@fal-ai/client";

setTimeout(() => process.exit(9), 90_000).unref();
const [base, mode, picture] = process.argv.slice(2);
const fal = createFalClient({
  credentials: "sandbox-key-id:secret-0004",
  requestMiddleware: async (request) => ({ ...request, url: request.url.replace(/^https:\/\/[^/]+/, base) }),
});
const model = "fal-ai/kling-video/v3/standard/";
const prompt = "A red door opens";

if (mode === "life") {
  const file = new File([await readFile(picture)], "picture.png", { type: "image/png" });
  const first = await fal.storage.upload(file);
  const states = new Set();
  const { data } = await fal.subscribe(model + "image-to-video", {
    input: { prompt, start_image_url: first, duration: "3" },
    logs: true,
    pollInterval: 20,
    onQueueUpdate: (update) => states.add(update.status),
  });
  const told = { picture: first, clip: data.video.url, states: [...states].sort() };
  const asked = model + "text-to-video";
  const { request_id: requestId } = await fal.queue.submit(asked, { input: { prompt, duration: "3" } });
  await fal.queue.cancel(asked, { requestId });
  told.stopped = await fal.queue.result(asked, { requestId }).then(
    () => "no error",
    (error) => `${error.status} ${error.body.error_type}`,
  );
  console.log(JSON.stringify(told));
} else {
  const said = (duration) =>
    fal.subscribe(model + "text-to-video", { input: { prompt, duration }, pollInterval: 20 }).then(
      () => "no error",
      (error) => `${error.name} ${error.status} ${JSON.stringify(error.body)}`,
    );
  const failed = await said("3");
  console.log(JSON.stringify({ failed, refused: await said(3) }));
}
