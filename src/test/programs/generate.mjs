// Asks for one picture: submits the prompt, then polls until it is there or has failed. Prints the pictures' addresses.
// Environment: IMAGE_API_URL, IMAGE_API_KEY, and IMAGE_API_PAUSE, the seconds between two polls (3).

import { setTimeout as pause } from 'node:timers/promises';

const { IMAGE_API_URL = 'https://www.nananobanana.com', IMAGE_API_KEY, IMAGE_API_PAUSE = '3' } = process.env;
const prompt = process.argv.slice(2).join(' ') || 'a lighthouse at dawn';

const call = (query, options) =>
  fetch(`${IMAGE_API_URL}/api/v1/generate${query}`, {
    ...options,
    headers: { Authorization: `Bearer ${IMAGE_API_KEY}`, 'Content-Type': 'application/json' },
  });

const rest = () => pause(1000 * Number(IMAGE_API_PAUSE));

async function submit() {
  for (;;) {
    const response = await call('', { method: 'POST', body: JSON.stringify({ prompt, mode: 'async' }) });
    const answer = await response.json();
    if (response.status === 503) {
      console.error(`busy with ${answer.activeTasks} tasks: ${answer.error}`);
      await rest();
    } else if (response.ok && answer.success) {
      return answer.generationId;
    } else {
      throw new Error(answer.error ?? answer.message);
    }
  }
}

async function pictures(id) {
  for (;;) {
    await rest();
    const response = await call(`?id=${encodeURIComponent(id)}`);
    const { data, error } = await response.json();
    if (!response.ok) throw new Error(error);
    if (data.processingStatus === 'completed') return data.outputImageUrls;
    if (data.processingStatus === 'failed') throw new Error(data.errorMessage);
  }
}

try {
  console.log((await pictures(await submit())).join('\n'));
} catch (failure) {
  console.error(`Failed: ${failure.message}`);
  process.exitCode = 1;
}
