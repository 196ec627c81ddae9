// WaveSpeed's own JavaScript client, unchanged but for its address. Prints what happened as one line of JSON.

import { Client } from "wavespeed";

setTimeout(() => process.exit(9), 90_000).unref();
const [base, mode, picture] = process.argv.slice(2);
const client = new Client("sandbox-key-0002", { baseUrl: base });
const options = { pollInterval: 0.05 };
const prompt = "A red door opens";

if (mode === "life") {
  const image = await client.upload(picture);
  const asked = { image, prompt, duration: 3 };
  const { outputs } = await client.run("kwaivgi/kling-v3.0-std/image-to-video", asked, options);
  console.log(JSON.stringify({ picture: image, clip: outputs[0] }));
} else {
  const said = async (asked) => {
    try {
      await client.run("kwaivgi/kling-v3.0-std/text-to-video", asked, options);
      return "no error";
    } catch (error) {
      return String(error);
    }
  };
  const failed = await said({ prompt, duration: 3 });
  console.log(JSON.stringify({ failed, refused: await said({ prompt, duration: 99 }) }));
}
