#!/bin/sh
# Says which tool is missing, with the Debian package that brings it, and ends with 77 (skipped).
# It must not install anything.
#
#   sh tools/need.sh TOOL...      a command, or `sanitizers` (for $CC, else cc), or `libfuzzer` (for clang)

links() { # $1 compiler, $2 flags, $3 program: whether it compiles and links
	out=$(mktemp) || exit 1
	echo "$3" | "$1" $2 -x c - -o "$out" 2>/dev/null
	status=$?
	rm -f "$out"
	return $status
}

for tool in "$@"; do
	found=yes
	case $tool in
	sanitizers)
		links "${CC:-cc}" "-fsanitize=address,undefined" "int main(void) { return 0; }" || found=
		package="gcc (libasan) or clang with libclang-rt-14-dev" ;;
	libfuzzer)
		links clang "-fsanitize=fuzzer" "int LLVMFuzzerTestOneInput(const unsigned char *d, unsigned long n) { return !d && n; }" || found=
		package="libclang-rt-14-dev" ;;
	*)
		command -v "$tool" >/dev/null 2>&1 || found=
		case $tool in
		arm-none-eabi-gcc) package=gcc-arm-none-eabi ;;
		cc) package=gcc ;;
		*) package=$tool ;;
		esac ;;
	esac
	if [ -z "$found" ]; then
		echo "skipped: $tool is not here (Debian: $package)" >&2
		exit 77
	fi
done
