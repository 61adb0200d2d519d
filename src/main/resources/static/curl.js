/** The same call for a shell, so that what the page does can be carried away. */
export function asCurl(request, { base, hasKey }) {
  const lines = [
    `curl -N ${new URL('v1/generations', base)}`,
    "-H 'Accept: text/event-stream'",
    "-H 'Content-Type: application/json'",
    ...(hasKey ? ['-H "Authorization: Bearer $SLUICE_KEY"'] : []),
    `-d ${quoted(JSON.stringify(request))}`,
  ];
  return lines.join(' \\\n  ');
}

function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
