# MCF for CPU: docker build -t mcf . && docker run --rm -v "$PWD:/data" mcf mcf --help
# For a GPU: --build-arg TORCH_INDEX_URL=... with PyTorch's index for your CUDA version.
FROM python:3.11-slim-trixie
ARG TORCH_INDEX_URL=https://download.pytorch.org/whl/cpu
WORKDIR /opt/mcf
COPY . .
ENV VENV=/opt/venv PIP_NO_CACHE_DIR=1
# The one step; make install takes the same.
RUN TORCH_INDEX_URL=$TORCH_INDEX_URL scripts/install.sh
ENV PATH=/opt/venv/bin:$PATH
WORKDIR /data
CMD ["mcf", "--help"]
