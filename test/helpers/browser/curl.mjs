/** Implements the curl options that the documentation uses, for machines without curl. */
const headers = {};
const request = { headers };
const parameters = process.argv.slice(2);
let url = '';
while (parameters.length > 0) {
  const parameter = parameters.shift();
  if (parameter === '-X') request.method = parameters.shift();
  else if (parameter === '-H') {
    const [name, ...value] = parameters.shift().split(':');
    headers[name] = value.join(':').trim();
  } else if (parameter === '--json') {
    request.method ??= 'POST';
    request.body = parameters.shift();
    headers['Content-Type'] ??= 'application/json';
  } else if (parameter.startsWith('-')) throw new Error(`this curl has no ${parameter}`);
  else url = parameter;
}
const response = await fetch(url, request);
process.stdout.write(await response.text());
process.exitCode = response.ok ? 0 : 22;
