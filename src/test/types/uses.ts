// What a program in TypeScript may write, and, after each @ts-expect-error, what it may not.
import {
  Sluice,
  SluiceProblem,
  SluiceUnreachable,
  hasEnded,
  newIdempotencyKey,
  type Batch,
  type Generation,
  type SluiceEvent,
  type Ticket,
} from 'sluice-client';

const sluice = new Sluice({ base: 'http://localhost:8080', key: async () => 'key' });
const { signal } = new AbortController();

export async function asks(): Promise<string[]> {
  const fox: Generation = await sluice.submit(
    { prompt: 'a fox', selectedModel: 'nano-banana', seed: 7, sluice: { priority: 'batch', metadata: { order: '4711' } } },
    { idempotencyKey: newIdempotencyKey(), signal },
  );
  const boats: Batch = await sluice.batch([{ prompt: 'a boat' }, { prompt: 'another' }]);
  const ended: Generation = await sluice.wait(fox, { signal });
  const all: Batch = await sluice.wait(boats);
  const withdrawn: Generation = await sluice.cancel(fox.id);
  const rest: Batch = await sluice.cancel(boats);
  const onPause = ({ pause, trouble }: { pause: number; trouble: Error }): void => console.log(pause, trouble.message);
  const { items, next } = await sluice.list({ status: ['queued', 'processing'], limit: 10, onPause });
  const picture: Blob = await sluice.image(ended, 0);
  await sluice.erase(ended);
  const left: number = all.counts.completed ?? 0;
  return [...items.map(({ id }) => id), next ?? '', withdrawn.status, rest.id, picture.type, `${left}`, `${hasEnded(ended)}`];
}

export async function watches(): Promise<void> {
  const line = ({ isOpen }: { isOpen: boolean }): void => console.log(isOpen);
  for await (const event of sluice.watch(['gen_1', { id: 'gen_2' }], { lastEventId: 'x', signal, onLine: line })) {
    const told: SluiceEvent = event;
    if (told.type === 'batch') console.log(told.batch.counts);
    else console.log(told.generation.progress.percent, told.id?.length);
  }
  const events = sluice.watch('gen_1');
  await events.next();
  await events.return?.();
}

export function refusals(trouble: unknown): number | undefined {
  if (trouble instanceof SluiceUnreachable) return undefined;
  return trouble instanceof SluiceProblem && trouble.isPassing ? trouble.retryAfter : undefined;
}

const ticket = (ids: string[]): Ticket => ({ ticket: ids.join(), expiresAt: '' });
export const pageWithoutKey = new Sluice({ ticket });

// @ts-expect-error there is nothing to make without a prompt
void sluice.submit({ selectedModel: 'nano-banana' });
// @ts-expect-error there is no such priority
void sluice.submit({ prompt: 'a', sluice: { priority: 'urgent' } });
// @ts-expect-error there is no such status
void sluice.list({ status: 'done' });
// @ts-expect-error a batch has no progress
void sluice.get({} as Batch).then(({ progress }) => progress);
// @ts-expect-error an event of one generation has no batch
export const counts = (event: SluiceEvent) => event.type === 'queued' && event.batch.counts;
// @ts-expect-error what it was told is not to be changed
new SluiceProblem().status = 1;
