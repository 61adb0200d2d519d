import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { hasEnded } from '../../main/resources/client/sluice.js';
import { Line } from '../../main/resources/static/line.js';

const recorded = (id, status, place) => ({ type: status, generation: { id, status }, id: place });
const moment = (id) => ({ type: 'progress', generation: { id, status: 'processing' } });

/** A client whose lines tell what they are given, each until it is closed or has nothing left. */
class Lines {
  asked = [];
  #told;

  constructor(...told) {
    this.#told = told;
  }

  async *watch(ids, { signal, onLine }) {
    this.asked.push(ids);
    onLine({ isOpen: true });
    for (const news of this.#told.shift() ?? []) {
      signal.throwIfAborted();
      if (news instanceof Error) throw news;
      yield news;
    }
  }
}

function hearing(lines) {
  const heard = { news: [], line: [], trouble: [] };
  const line = new Line(lines, {
    hasEnded,
    onNews: ({ type, generation }) => heard.news.push(`${generation.id} ${type}`),
    onLine: ({ isOpen }) => heard.line.push(isOpen),
    onTrouble: (trouble) => heard.trouble.push(trouble.message),
  });
  return { line, heard };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('Line', () => {
  test('tells what is known already only once when something is added', async () => {
    const lines = new Lines(
      [recorded('a', 'queued', '1'), moment('a'), new Error('first')],
      [recorded('a', 'queued', '1'), recorded('b', 'queued', '2'), recorded('a', 'completed', '3'), recorded('b', 'failed', '4')],
    );
    const { line, heard } = hearing(lines);

    line.follow(['a']);
    await settled();
    line.follow(['b']);
    await settled();

    assert.deepEqual(lines.asked, [['a'], ['a', 'b']]);
    assert.deepEqual(heard.news, ['a queued', 'a progress', 'b queued', 'a completed', 'b failed']);
  });

  test('asks for nothing that has ended', async () => {
    const lines = new Lines([recorded('a', 'completed', '1')], [recorded('b', 'completed', '1')]);
    const { line } = hearing(lines);

    line.follow(['a']);
    await settled();
    line.follow(['b']);
    await settled();

    assert.deepEqual(lines.asked, [['a'], ['b']]);
  });

  test('follows a hundred at a time, and the others afterwards', async () => {
    const ids = Array.from({ length: 101 }, (_, index) => `g${index}`);
    const lines = new Lines(ids.slice(0, 100).map((id) => recorded(id, 'completed', id)), [recorded('g100', 'failed', '1')]);
    const { line, heard } = hearing(lines);

    line.follow(ids);
    await settled();

    assert.deepEqual(lines.asked.map(({ length }) => length), [100, 1]);
    assert.equal(heard.news.length, 101);
  });

  test('says why it was given up', async () => {
    const { line, heard } = hearing(new Lines([new Error('no key')]));

    line.follow(['a']);
    await settled();

    assert.deepEqual(heard.trouble, ['no key']);
  });

  test('is silent once it was let go', async () => {
    const { line, heard } = hearing(new Lines([recorded('a', 'queued', '1'), recorded('a', 'completed', '2')]));

    line.follow(['a']);
    line.letGo();
    await settled();

    assert.deepEqual(heard.news, []);
    assert.deepEqual(heard.trouble, []);
  });
});
