/**
 * The channel to whoever started this process: Electron gives its utility process a port, Node's child has `process.send`.
 * Must not: know what is said over it.
 */
export interface ParentChannel<Out, In> {
  send(message: Out): void;
  onMessage(listener: (message: In) => void): void;
  /** The host is gone. Electron ends a utility process with its parent by itself. */
  onClose(listener: () => void): void;
}

interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

export function parentChannel<Out, In>(): ParentChannel<Out, In> {
  const { parentPort } = process as unknown as { readonly parentPort?: ParentPort };
  if (parentPort !== undefined) {
    return {
      send: (message) => parentPort.postMessage(message),
      onMessage: (listener) => parentPort.on('message', ({ data }) => listener(data as In)),
      onClose: () => undefined,
    };
  }
  return {
    send: (message) => void (process.connected && process.send?.(message, () => undefined)),
    onMessage: (listener) => void process.on('message', (message) => listener(message as In)),
    onClose: (listener) => void process.on('disconnect', listener),
  };
}
