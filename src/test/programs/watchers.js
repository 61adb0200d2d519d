// Runs in a page: asks for pictures and watches them until `enough` is true, in four ways at the same time. In `asked` is
// what it asked for, in `told` each recorded event that it was told, and `over` is true, or what went wrong, at the end.

const [key] = arguments;
Object.assign(window, { asked: [], told: [], enough: false, over: false });

async function watchers() {
  const { Sluice, newIdempotencyKey } = await import('/sluice.js');
  const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, Math.min(milliseconds, 200)));
  const sluice = new Sluice({ key, pause });
  // Fresh for three seconds only, so that they are renewed.
  const withTickets = new Sluice({ ticket: (generations) => sluice.ticket({ generations, seconds: 33 }), pause });
  let prompts = 0;

  /** The client gives up sooner than this page does; under the same key that is as good as one submit. */
  async function insist(ask) {
    const idempotencyKey = newIdempotencyKey();
    for (;;) {
      try {
        return await ask({ idempotencyKey });
      } catch (trouble) {
        if (!trouble.isPassing) throw trouble;
      }
    }
  }

  async function submit() {
    const prompt = `browser ${++prompts}`;
    const { id } = await insist((options) => sluice.submit({ prompt }, options));
    asked.push({ id, prompt });
    return id;
  }

  async function follow(events) {
    for await (const { type, id, generation } of events) {
      if (id !== undefined && generation !== undefined) told.push({ id: generation.id, type });
    }
  }

  const ways = [
    async () => follow(sluice.watch(await submit())),
    async () => follow(withTickets.watch(await submit())),
    async () => follow(withTickets.watch([await submit(), await submit(), await submit()])),
    async () => {
      const requests = [1, 2, 3].map(() => ({ prompt: `browser ${++prompts}` }));
      const batch = await insist((options) => sluice.batch(requests, options));
      batch.generations.forEach(({ id }, i) => asked.push({ id, prompt: requests[i].prompt }));
      await follow(sluice.watch(batch));
    },
  ];
  await Promise.all(ways.map(async (way) => {
    while (!enough) await way();
  }));
}

watchers().then(() => (window.over = true), (trouble) => (window.over = `${trouble.stack} ${JSON.stringify(trouble)}`));
