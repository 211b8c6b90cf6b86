/** Which addresses a registry may talk to. */
import { describe, expect, it } from 'vitest';
import { createCredentialRegistry } from '../../../electron/cloud/credential-registry.ts';
import { parseEndpoint } from '../../../electron/cloud/endpoint.ts';
import { Secret } from '../../../electron/domain/secret.ts';

const codeOf = (run: () => unknown): string => {
  try {
    run();
    return 'none';
  } catch (thrown) {
    return (thrown as { code: string }).code;
  }
};

describe('the endpoint', () => {
  it.each([
    ['https://onsmqtt.cn-hangzhou.aliyuncs.com', 'HTTPS', 'onsmqtt.cn-hangzhou.aliyuncs.com'],
    ['https://onsmqtt.cn-hangzhou.aliyuncs.com:8443/', 'HTTPS', 'onsmqtt.cn-hangzhou.aliyuncs.com:8443'],
    ['http://127.0.0.1:18080', 'HTTP', '127.0.0.1:18080'],
    ['http://127.200.3.4:18080', 'HTTP', '127.200.3.4:18080'],
    ['http://localhost:18080', 'HTTP', 'localhost:18080'],
    ['http://[::1]:18080', 'HTTP', '[::1]:18080'],
  ])('may be %s', (text, protocol, host) => {
    expect(parseEndpoint(text)).toEqual({ protocol, host });
  });

  it.each([
    'http://onsmqtt.cn-hangzhou.aliyuncs.com',
    'http://192.168.1.20:18080',
    'http://10.0.0.1',
    'http://128.0.0.1',
    'http://127.0.0.1.example.com',
    'http://localhost.example.com',
    'http://[::2]:80',
    'http://0.0.0.0:80',
    'ftp://127.0.0.1',
  ])('may not be clear text beyond loopback: %s', (text) => {
    expect(codeOf(() => parseEndpoint(text))).toBe('CLOUD_NEEDS_HTTPS');
  });

  it.each([
    'onsmqtt.cn-hangzhou.aliyuncs.com',
    '',
    'https://host/path',
    'https://u:p@host',
    'https://host/?a=b',
  ])('is the bare address of a server, not %j', (text) => {
    expect(codeOf(() => parseEndpoint(text))).toBe('CLOUD_PARAMETER');
  });
});

describe('a registry', () => {
  const create = (endpoint: string, id: string, secret: string, token?: string) =>
    codeOf(() =>
      createCredentialRegistry({
        target: { region: 'cn-hangzhou', instanceId: 'post-cn-1', groupId: 'GID_sensor', endpoint },
        access: {
          accessKeyId: id,
          accessKeySecret: new Secret(secret),
          ...(token === undefined ? {} : { securityToken: new Secret(token) }),
        },
      }),
    );

  it('is not made for clear text to a host that is not loopback', () => {
    expect(create('http://example.com', 'id', 'secret')).toBe('CLOUD_NEEDS_HTTPS');
  });

  it('is not made with an access value that is empty or cannot be sent', () => {
    const endpoint = 'https://example.com';
    expect(create(endpoint, '', 'secret')).toBe('CLOUD_KEY_REJECTED');
    expect(create(endpoint, 'id', '')).toBe('CLOUD_KEY_REJECTED');
    expect(create(endpoint, 'id\n', 'secret')).toBe('CLOUD_KEY_REJECTED');
    expect(create(endpoint, 'id', 'secret', '')).toBe('CLOUD_TOKEN_REJECTED');
    expect(create(endpoint, 'id', 'secret', 'token\r')).toBe('CLOUD_TOKEN_REJECTED');
    expect(create(endpoint, 'id', 'secret', 'token')).toBe('none');
  });
});
