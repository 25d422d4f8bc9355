// Points of a face in JavaScript, with onnxruntime-web: in Node.js as here, and in a
// browser, where a canvas gives the pixels.
//
//     npm install onnxruntime-web pngjs
//     node points.mjs NETWORK.onnx PHOTO.png 100 80 220 230
//
// Takes a network that `mcf export --decode` wrote for crops of the kind `box` without
// warp, a photo, and the box of a face as a detector gives it, from forehead to chin.
import { readFileSync } from "node:fs";
import * as ort from "onnxruntime-web";
import { PNG } from "pngjs";

/** What the file says of its network: its metadata_props, field 14 of a ModelProto. */
function metadata(bytes) {
  const decoder = new TextDecoder();
  const about = {};
  for (const [field, value] of fields(bytes)) {
    if (field !== 14) continue;
    const [key, text] = [...fields(value)].map(([, part]) => decoder.decode(part));
    about[key] = text;
  }
  return about;
}

/** Numbers and bytes of the fields of a message that have a length. */
function* fields(bytes) {
  let at = 0;
  const number = () => {
    let value = 0, factor = 1, byte;
    do {
      byte = bytes[at++];
      value += (byte & 127) * factor;
      factor *= 128;
    } while (byte & 128);
    return value;
  };
  while (at < bytes.length) {
    const tag = number();
    if ((tag & 7) === 0) number();
    else if ((tag & 7) === 1) at += 8;
    else if ((tag & 7) === 5) at += 4;
    else {
      const length = number();
      yield [tag >> 3, bytes.subarray(at, at + length)];
      at += length;
    }
  }
}

/** Left, top and side of what the network sees, of a detector's box. */
function square(rule, [x1, y1, x2, y2]) {
  if (rule.kind !== "box" || rule.warp_factor) {
    throw new Error(`this example cuts plain boxes, not ${rule.kind}`);
  }
  let side = Math.max(x2 - x1, y2 - y1), drop = 0;
  if ((rule.box ?? "landmarks") === "landmarks") {
    [side, drop] = [0.8 * side, 0.13 * side]; // trained on squares of the points
  }
  const shown = side / rule.scale;
  return [(x1 + x2) / 2 - shown / 2, (y1 + y2) / 2 + drop - shown / 2, shown];
}

/** Normalised crop, float32 [3,h,w]: bilinear, black outside of the photo. */
function cut({ data, width, height }, [left, top, side], about) {
  const [w, h] = JSON.parse(about["mcf.crop"]).size;
  const [mean, std] = ["mean", "std"].map((name) => JSON.parse(about[`mcf.${name}`]));
  const order = about["mcf.channels"] === "bgr" ? [2, 1, 0] : [0, 1, 2];
  const pixel = (x, y, c) =>
    x < 0 || y < 0 || x >= width || y >= height ? 0 : data[4 * (y * width + x) + c];
  const crop = new Float32Array(3 * w * h);
  for (let row = 0; row < h; row++) {
    for (let column = 0; column < w; column++) {
      // the middle of a pixel has whole numbers
      const x = left + ((column + 0.5) * side) / w, y = top + ((row + 0.5) * side) / h;
      const [x0, y0] = [Math.floor(x), Math.floor(y)], [a, b] = [x - x0, y - y0];
      order.forEach((c, plane) => {
        const upper = (1 - a) * pixel(x0, y0, c) + a * pixel(x0 + 1, y0, c);
        const lower = (1 - a) * pixel(x0, y0 + 1, c) + a * pixel(x0 + 1, y0 + 1, c);
        const value = Math.round((1 - b) * upper + b * lower);
        crop[(plane * h + row) * w + column] = (value - mean[plane]) / std[plane];
      });
    }
  }
  return new ort.Tensor("float32", crop, [1, 3, h, w]);
}

/** Points [x, y] in pixels of the photo. */
async function find(network, photo, box) {
  const about = metadata(network);
  const [left, top, side] = square(JSON.parse(about["mcf.crop"]), box);
  const images = cut(photo, [left, top, side], about);
  const session = await ort.InferenceSession.create(network);
  const { points } = await session.run({ images }, ["points"]);
  const [h, w] = images.dims.slice(2);
  const found = [];
  for (let i = 0; i < points.data.length; i += 2) {
    const x = ((points.data[i] + 0.5) * side) / w + left;
    found.push([x, ((points.data[i + 1] + 0.5) * side) / h + top]);
  }
  return found;
}

const [network, photo, ...box] = process.argv.slice(2);
const pixels = PNG.sync.read(readFileSync(photo));
for (const [x, y] of await find(readFileSync(network), pixels, box.map(Number))) {
  console.log(`${x.toFixed(2)} ${y.toFixed(2)}`);
}
