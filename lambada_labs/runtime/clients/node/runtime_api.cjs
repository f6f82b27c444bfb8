// The Runtime API over one kept connection. The address is host:port, or host:port/path.
'use strict';

const http = require('node:http');

const PREFIX = '/2018-06-01/runtime/';

class RuntimeApi {
  constructor(address) {
    const [place, ...path] = address.split('/');
    const colon = place.lastIndexOf(':');
    this.target = {
      hostname: place.slice(0, colon),
      port: Number(place.slice(colon + 1)),
      agent: new http.Agent({ keepAlive: true, maxSockets: 1, noDelay: true }),
    };
    this.base = ['', ...path].join('/') + PREFIX;
  }

  async next() {
    const { headers, body } = await this.call('GET', 'invocation/next');
    return { headers, event: body };
  }

  postResponse(requestId, text) {
    return this.call('POST', `invocation/${requestId}/response`, text, { 'Content-Type': 'application/json' });
  }

  postError(requestId, error) {
    return this.call('POST', `invocation/${requestId}/error`, JSON.stringify(error), errorHeaders(error));
  }

  postInitError(error) {
    return this.call('POST', 'init/error', JSON.stringify(error), errorHeaders(error));
  }

  // A request whose body is written bit by bit.
  openResponse(requestId, headers, onAnswer) {
    return http.request(
      { ...this.target, method: 'POST', path: `${this.base}invocation/${requestId}/response`, headers },
      onAnswer,
    );
  }

  call(method, path, body, headers = {}) {
    return new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) };
      const request = http.request(
        { ...this.target, method, path: this.base + path, headers: { ...headers, ...length } },
        (response) => collect(response, resolve, reject),
      );
      request.on('error', reject);
      request.end(body);
    });
  }
}

function collect(response, resolve, reject) {
  const parts = [];
  response.on('data', (part) => parts.push(part));
  response.on('error', reject);
  response.on('end', () => {
    const body = Buffer.concat(parts).toString();
    if (response.statusCode < 300) resolve({ headers: response.headers, body });
    else reject(new Error(`Runtime API: ${response.statusCode} ${body}`));
  });
}

function errorHeaders(error) {
  const type = String(error.errorType).replace(/[^\x20-\x7e]/g, '?');
  return { 'Content-Type': 'application/json', 'Lambda-Runtime-Function-Error-Type': type };
}

module.exports = { RuntimeApi };
