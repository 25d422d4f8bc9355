#!/usr/bin/env bash
# Carries out the steps of the Dockerfile in a chroot, where no container engine is at
# hand. As root, with a folder that debootstrap filled and that has Python with venv:
#
#   debootstrap --include=python3-venv,ca-certificates bookworm /tmp/image
#   scripts/dockerfile_in_chroot.sh /tmp/image
#
# FROM is not carried out: the chroot's own Python stands in for that of the image. pip's
# variables (PIP_INDEX_URL, PIP_CERT, PIP_FIND_LINKS ...) are handed on.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
image=${1:?name the folder of the chroot}

settings=(PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root)
while IFS= read -r setting; do settings+=("$setting"); done < <(env | grep ^PIP_ || true)
folder=/

# Words of a line with the variables that earlier lines set.
expand() { env -i "${settings[@]}" bash -c "echo \"$1\""; }
inside() { chroot "$image" env -i "${settings[@]}" bash -c "cd $folder && $1"; }

while read -r instruction rest; do
    [[ -n $instruction && $instruction != \#* ]] || continue
    echo ">>> $instruction $rest"
    case $instruction in
        FROM) echo "    not carried out: $(chroot "$image" python3 --version) instead" ;;
        ARG) settings+=("$rest") ;;
        ENV) for setting in $rest; do settings+=("$(expand "$setting")"); done ;;
        WORKDIR) folder=$rest; mkdir -p "$image$folder" ;;
        COPY) git archive HEAD | tar -x -C "$image$folder" ;; # . . is all there is
        RUN) inside "$rest" ;;
        CMD) inside "$(tr -d '[],"' <<<"$rest")" ;;
        *) echo "no rule for $instruction" >&2; exit 2 ;;
    esac
done <Dockerfile
echo "every step of the Dockerfile succeeded"
