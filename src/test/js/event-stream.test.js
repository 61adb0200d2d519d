import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { EventStreamParser } from '../../main/resources/static/event-stream.js';

const bytesOf = (text) => new TextEncoder().encode(text);

function read(...chunks) {
  const parser = new EventStreamParser();
  const events = chunks.flatMap((chunk) => parser.feed(typeof chunk === 'string' ? bytesOf(chunk) : chunk));
  return { events, lastEventId: parser.lastEventId, retry: parser.retry };
}

const dataOf = ({ events }) => events.map(({ data }) => data);

describe('EventStreamParser', () => {
  const story =
    '\uFEFFretry: 2500\n: a comment\n\nevent: queued\nid: g.1\ndata: {"prompt":"قارب 🚤"}\n\n' +
    'event: progress\ndata: one\ndata: two\n\nevent: completed\nid: g.2\ndata: {}\n\ndata: never ended';
  const told = {
    events: [
      { type: 'queued', data: '{"prompt":"قارب 🚤"}', id: 'g.1' },
      { type: 'progress', data: 'one\ntwo', id: undefined },
      { type: 'completed', data: '{}', id: 'g.2' },
    ],
    lastEventId: 'g.2',
    retry: 2500,
  };

  for (const [name, ending] of [['LF', '\n'], ['CR', '\r'], ['CRLF', '\r\n']]) {
    const bytes = bytesOf(story.replaceAll('\n', ending));

    test(`reads the same events with ${name} wherever the bytes are cut`, () => {
      for (let cut = 0; cut <= bytes.length; cut++) {
        assert.deepEqual(read(bytes.subarray(0, cut), bytes.subarray(cut)), told, `cut at byte ${cut}`);
      }
    });

    test(`reads the same events with ${name} byte by byte`, () => {
      assert.deepEqual(read(...Array.from(bytes, (byte) => Uint8Array.of(byte))), told);
    });
  }

  test('tells an event as soon as its CR is there, and does not take the LF that follows for another line', () => {
    const parser = new EventStreamParser();

    assert.equal(parser.feed(bytesOf('data: a\r\n\r')).length, 1);
    assert.deepEqual(parser.feed(bytesOf('\n')), []);
    assert.deepEqual(parser.feed(bytesOf('data: b\r\n\r\n')).map(({ data }) => data), ['b']);
  });

  test('survives empty chunks between a CR and its LF', () => {
    assert.deepEqual(dataOf(read('data: a\r', '', '\ndata: b\r', '', '\n\r\n')), ['a\nb']);
  });

  test('mixes line endings', () => {
    assert.deepEqual(dataOf(read('data: a\rdata: b\r\ndata: c\n\r\n')), ['a\nb\nc']);
  });

  test('takes one space after the colon away, and no more', () => {
    assert.deepEqual(dataOf(read('data:a\n\ndata:  b\n\ndata:\tc\n\n')), ['a', ' b', '\tc']);
  });

  test('keeps what stands after a second colon', () => {
    assert.deepEqual(dataOf(read('data: a: b\n\n')), ['a: b']);
  });

  test('tells empty data, also from a field without a colon', () => {
    assert.deepEqual(dataOf(read('data\n\ndata:\n\ndata\ndata\n\n')), ['', '', '\n']);
  });

  test('tells nothing for a block without data, and forgets its name', () => {
    assert.deepEqual(read('event: lost\n\ndata: a\n\n').events, [{ type: 'message', data: 'a', id: undefined }]);
  });

  test('leaves unknown fields and comments out', () => {
    assert.deepEqual(dataOf(read(':\n: hb\nnonsense: 1\n data: no\ndata: a\n\n')), ['a']);
  });

  test('drops only the first byte order mark', () => {
    assert.deepEqual(dataOf(read('\uFEFFdata: a\n\n\uFEFFdata: b\n\n')), ['a']);
  });

  test('puts a mark in the place of bytes that are not UTF-8', () => {
    assert.deepEqual(dataOf(read('data: ', Uint8Array.of(0xff), '\n\n')), ['\uFFFD']);
  });

  test('remembers the last id over events that carry none', () => {
    assert.equal(read('id: 7\ndata: a\n\ndata: b\n\n').lastEventId, '7');
  });

  test('takes the id of a block without data', () => {
    assert.equal(read('id: 7\n\n').lastEventId, '7');
  });

  test('does not move to the id of a block that was cut', () => {
    assert.equal(read('id: 7\ndata: a\n\nid: 8\ndata: b\n').lastEventId, '7');
  });

  test('resets the id when the server says so', () => {
    assert.equal(read('id: 7\ndata: a\n\nid\ndata: b\n\n').lastEventId, '');
  });

  test('ignores an id that holds U+0000', () => {
    assert.equal(read('id: 7\ndata: a\n\nid: 8\0\ndata: b\n\n').lastEventId, '7');
  });

  test('starts with the id that the reconnect sent', () => {
    const parser = new EventStreamParser({ lastEventId: 'g.3' });

    parser.feed(bytesOf('retry: 2000\n\n'));

    assert.equal(parser.lastEventId, 'g.3');
  });

  test('ignores a retry that is not all digits', () => {
    assert.equal(read('retry: 2s\n\n').retry, undefined);
    assert.equal(read('retry: -1\n\n').retry, undefined);
    assert.equal(read('retry:\n\n').retry, undefined);
  });
});
