# Sourced by every script here: which compiler, which tools, which folders. Prints nothing.
#
# LARCH_TOOLS   where tools of an exact version are kept (default ~/.cache/larch/tools)
# CARGO_TARGET_DIR  in CI, a folder outside the clone, so that a second run does not start from nothing

LARCH_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
LARCH_CACHE=${LARCH_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/larch}
LARCH_TOOLS=${LARCH_TOOLS:-$LARCH_CACHE/tools}
# What the house is tried with, beside Cargo.lock and package-lock.json. Setup installs these versions where there is none, or
# an older one; a newer one will do. The npm packages want no older Node.
LARCH_NODE=20.19.0
LARCH_NEXTEST=0.9.143
LARCH_DENY=0.20.2
LARCH_LEPTOS=0.3.11
# Where setup puts the assistant's sentence encoder, and what its weights and its vocabulary must be.
LARCH_ENCODER=${LARCH_ENCODER:-$LARCH_CACHE/encoder/all-minilm-l6-v2}
LARCH_ENCODER_SHA256=53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db
LARCH_VOCABULARY_SHA256=07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3
export LARCH_ROOT LARCH_CACHE LARCH_TOOLS LARCH_ENCODER LARCH_ENCODER_SHA256 LARCH_VOCABULARY_SHA256

if [ -z "${CARGO_TARGET_DIR:-}" ] && [ "${CI:-}" = true ]; then
  export CARGO_TARGET_DIR="$LARCH_CACHE/target"
fi
LARCH_TARGET=${CARGO_TARGET_DIR:-$LARCH_ROOT/target}
export LARCH_TARGET

# True when the compiler that cargo would use here can build for the browser.
has_wasm_std() {
  local sysroot
  sysroot=$(cd "$LARCH_ROOT" && rustc --print sysroot 2>/dev/null) || return 1
  compgen -G "$sysroot/lib/rustlib/wasm32-unknown-unknown/lib/libstd-*.rlib" >/dev/null
}

# rust-toolchain.toml speaks to people with rustup's network. Without it, setup links
# Debian's compiler as the toolchain "web", and the variable overrides the file.
if [ -z "${RUSTUP_TOOLCHAIN:-}" ] && command -v rustup >/dev/null; then
  if ! has_wasm_std && rustup toolchain list 2>/dev/null | grep -q '^web\b'; then
    export RUSTUP_TOOLCHAIN=web
  fi
fi

# The version of wasm-bindgen in the lock file: the command-line tool must be exactly it.
bindgen_version() {
  [ -f "$LARCH_ROOT/Cargo.lock" ] || return 0
  awk '/^name = "wasm-bindgen"$/ { getline; gsub(/version = |"/, ""); print; exit }' "$LARCH_ROOT/Cargo.lock"
}

PATH="$LARCH_TOOLS/wasm-bindgen-$(bindgen_version)/bin:$LARCH_TOOLS/bin:$LARCH_ROOT/node_modules/.bin:$HOME/.cargo/bin:$PATH"
export PATH

# at_least WANTED VERSION: the version is the wanted one or a newer one. None at all is older than any.
at_least() { [ "$(printf '%s\n' "$1" "${2:-0}" | sort -V | head -1)" = "$1" ]; }

say() { printf '\033[1m%s\033[0m %s\n' "larch:" "$*" >&2; }
die() { say "$*"; exit 1; }
