# SPDX-License-Identifier: MIT
"""Makes the small pictures of this folder and expected.txt, with Pillow as the judge.

Each line: file, width, height, channels, SHA-256 of the decoded samples (H,W,C), EXIF orientation
applied, alpha dropped. With folders as arguments it prints such lines for their pictures instead.
"""
import hashlib
import pathlib
import sys

from PIL import Image, ImageOps

HERE = pathlib.Path(__file__).parent


def drawing(width, height):
    """Smooth ramps with an edge and a few odd samples: all of the DCT is used."""
    image = Image.new("RGB", (width, height))
    for y in range(height):
        for x in range(width):
            red = 255 * x // max(width - 1, 1)
            green = 255 * y // max(height - 1, 1)
            blue = 230 if (x + 2 * y) % 7 < 3 else (31 * x + 17 * y) % 256
            image.putpixel((x, y), (red, green, blue))
    return image


def line(path):
    image = Image.open(path)
    if image.mode == "I;16":
        width, height = image.size
        samples = bytes(image.getpixel((x, y)) >> 8 for y in range(height) for x in range(width))
        channels = 1
    else:
        grey = image.mode in ("1", "L", "LA")
        image = ImageOps.exif_transpose(image).convert("L" if grey else "RGB")
        width, height = image.size
        samples, channels = image.tobytes(), 1 if grey else 3
    return f"{path.name} {width} {height} {channels} {hashlib.sha256(samples).hexdigest()}"


def make_jpegs():
    picture = drawing(19, 13)
    for name, sampling in ("444", 0), ("422", 1), ("420", 2):
        picture.save(HERE / f"rgb-{name}.jpg", quality=85, subsampling=sampling)
        picture.save(HERE / f"rgb-{name}-progressive.jpg", quality=85, subsampling=sampling,
                     progressive=True)
    picture.save(HERE / "rgb-restarts.jpg", quality=85, subsampling=2, restart_marker_blocks=1)
    picture.save(HERE / "rgb-optimised.jpg", quality=30, optimize=True)
    picture.save(HERE / "rgb-unconverted.jpg", quality=85, keep_rgb=True)
    picture.convert("L").save(HERE / "grey.jpg", quality=85)
    picture.convert("L").save(HERE / "grey-progressive.jpg", quality=85, progressive=True)
    picture.convert("CMYK").save(HERE / "refused-cmyk.jpg", quality=85)
    for width, height in (1, 1), (8, 7), (8, 8), (9, 8), (16, 17):
        drawing(width, height).save(HERE / f"size-{width}x{height}.jpg", quality=90, subsampling=2)
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif.endian = "<" if orientation % 2 else ">"
        exif[0x0112] = orientation
        exif[0x010E] = "a picture"
        drawing(11, 6).save(HERE / f"orientation-{orientation}.jpg", quality=90, exif=exif)


def make_pngs():
    picture = drawing(11, 7)
    alpha = Image.linear_gradient("L").resize(picture.size)
    grey = picture.convert("L")
    picture.save(HERE / "rgb.png")
    picture.convert("1").save(HERE / "bilevel.png")
    grey.save(HERE / "grey.png")
    Image.merge("LA", (grey, alpha)).save(HERE / "grey-alpha.png")
    Image.merge("RGBA", (*picture.split(), alpha)).save(HERE / "rgb-alpha.png")
    for bits in 1, 2, 4, 8:
        picture.quantize(2**bits).save(HERE / f"palette-{bits}.png", bits=bits)
    picture.quantize(8).save(HERE / "palette-transparent.png", bits=4, transparency=3)
    grey.save(HERE / "grey-transparent.png", transparency=7)
    wide = Image.new("I;16", picture.size)
    for y in range(7):
        for x in range(11):
            wide.putpixel((x, y), (6007 * x + 257 * y * y) % 65536)
    wide.save(HERE / "grey-16.png")
    drawing(1, 1).save(HERE / "size-1x1.png")


def main():
    if len(sys.argv) > 1:
        for folder in sys.argv[1:]:
            for path in sorted(pathlib.Path(folder).iterdir()):
                if path.suffix in (".png", ".jpg"):
                    print(line(path))
        return
    make_jpegs()
    make_pngs()
    paths = sorted(p for p in HERE.iterdir() if p.suffix in (".png", ".jpg"))
    lines = [line(path) for path in paths if not path.name.startswith("refused")]
    (HERE / "expected.txt").write_text("\n".join(lines) + "\n")


main()
