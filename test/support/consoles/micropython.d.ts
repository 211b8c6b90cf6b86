/** The part of the interpreter's package that the board uses; the package has no types of its own. */
declare module '@micropython/micropython-webassembly-pyscript' {
  interface Stream {
    readonly path?: string;
  }
  interface FileSystem {
    mkdirTree(path: string): void;
    writeFile(path: string, data: string | Uint8Array): void;
    readFile(path: string): Uint8Array;
    readdir(path: string): string[];
    write(stream: Stream, ...rest: readonly unknown[]): number;
    readonly ErrnoError: new (errno: number) => Error;
  }
  export function loadMicroPython(options: {
    readonly linebuffer: boolean;
    readonly stdout: (data: Uint8Array | number[]) => void;
  }): Promise<{
    readonly FS: FileSystem;
    replInit(): void;
    /** 0x100 where a soft reset is asked for. */
    replProcessChar(byte: number): number;
  }>;
}
