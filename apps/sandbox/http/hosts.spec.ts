import { describe, expect, it } from 'vitest';
import { readTarget } from './hosts.js';

describe('hosts', () => {
  it.each([
    ['127.0.0.1:3001', '/v25.0/me', null, '/v25.0/me', ''],
    ['127.0.0.1:3001', '/graph.facebook.com/v25.0/me', 'graph.facebook.com', '/v25.0/me', '/graph.facebook.com'],
    ['127.0.0.1:3001', '/graph.facebook.com', 'graph.facebook.com', '/', '/graph.facebook.com'],
    ['graph.instagram.com', '/me', 'graph.instagram.com', '/me', '/graph.instagram.com'],
    ['Graph.Facebook.com.localhost:3001', '/me', 'graph.facebook.com', '/me', '/graph.facebook.com'],
    ['evil.example', '/graph.example.com/me', null, '/graph.example.com/me', ''],
  ])('%s %s is host %s, path %s', (header, path, host, pathname, prefix) => {
    expect(readTarget(header, path)).toEqual({ host, pathname, prefix });
  });
});
