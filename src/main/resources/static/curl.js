/**
 * The same call for a shell, so that what the page does can be carried away. A key is never written into it: where one is
 * needed it stands as $SLUICE_KEY.
 */
export function asCurl(requests, { base, hasKey }) {
  const isOne = requests.length === 1;
  const body = isOne ? requests[0] : { generations: requests };
  const lines = [
    `curl -N ${new URL(isOne ? 'v1/generations' : 'v1/batches', base)}`,
    "-H 'Accept: text/event-stream'",
    "-H 'Content-Type: application/json'",
    ...(hasKey ? ['-H "Authorization: Bearer $SLUICE_KEY"'] : []),
    `-d ${quoted(JSON.stringify(body))}`,
  ];
  return lines.join(' \\\n  ');
}

/** Says by its own words whether it worked; without a secure context there is no clipboard, so the text is shown. */
export async function copy(text, button, place) {
  const before = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = 'Copied';
    setTimeout(() => (button.textContent = before), 2_000);
  } catch {
    place.textContent = text;
    place.hidden = false;
    place.focus();
  }
}

function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
