/** The real SDK as a customer's own script would call it: no code of the product in between. */
import * as OpenApi from '@alicloud/openapi-client';
import { RuntimeOptions } from '@alicloud/tea-util';

const imported = OpenApi.default as unknown as { default?: typeof OpenApi.default };
const Client = imported.default ?? OpenApi.default;

export interface SdkKey {
  readonly id: string;
  readonly secret: string;
  readonly token?: string;
}

export type SdkCall = (
  action: string,
  query: Record<string, string>,
  place?: 'query' | 'body',
) => Promise<Record<string, unknown>>;

/** Answers with the body; an error of the API rejects with `code` and `statusCode`. */
export function sdkFor(port: number, key: SdkKey): SdkCall {
  const client = new Client(
    new OpenApi.Config({
      accessKeyId: key.id,
      accessKeySecret: key.secret,
      ...(key.token === undefined ? {} : { securityToken: key.token }),
      endpoint: `127.0.0.1:${port}`,
      protocol: 'HTTP',
    }),
  );
  return async (action, query, place = 'query') => {
    const params = new OpenApi.Params({
      action,
      version: '2020-04-20',
      protocol: 'HTTPS',
      pathname: '/',
      method: 'POST',
      authType: 'AK',
      style: 'RPC',
      reqBodyType: 'formData',
      bodyType: 'json',
    });
    const request = new OpenApi.OpenApiRequest({ [place]: query });
    const runtime = new RuntimeOptions({ readTimeout: 10_000, connectTimeout: 10_000 });
    const answer = (await client.callApi(params, request, runtime)) as { body: Record<string, unknown> };
    return answer.body;
  };
}

/** The Code of an error answer with its status, or `OK`. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'OK';
  } catch (thrown) {
    const { code, statusCode } = thrown as { code?: string; statusCode?: number };
    return `${code} ${statusCode}`;
  }
}
