// SPDX-License-Identifier: MIT
#include "data/known_table.h"

#include <stddef.h>

static const char *const digits[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
static const char *const garments[] = {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
                                       "Sandal",      "Shirt",   "Sneaker",  "Bag",   "Ankle boot"};
static const char *const kana[] = {"o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"};
static const char *const letters[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i",
                                      "j", "k", "l", "m", "n", "o", "p", "q", "r",
                                      "s", "t", "u", "v", "w", "x", "y", "z"};
static const char *const byclass[] = {
    "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "A", "B", "C", "D", "E", "F",
    "G", "H", "I", "J", "K", "L", "M", "N", "O", "P", "Q", "R", "S", "T", "U", "V",
    "W", "X", "Y", "Z", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l",
    "m", "n", "o", "p", "q", "r", "s", "t", "u", "v", "w", "x", "y", "z"};
// Lower-case letters that look like their capitals count as these.
static const char *const bymerge[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "A", "B",
                                      "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M", "N",
                                      "O", "P", "Q", "R", "S", "T", "U", "V", "W", "X", "Y", "Z",
                                      "a", "b", "d", "e", "f", "g", "h", "n", "q", "r", "t"};
static const char *const cifar10[] = {"airplane", "automobile", "bird",  "cat",  "deer",
                                      "dog",      "frog",       "horse", "ship", "truck"};
static const char *const cifar100[] = {
    "apple",       "aquarium_fish", "baby",      "bear",       "beaver",       "bed",
    "bee",         "beetle",        "bicycle",   "bottle",     "bowl",         "boy",
    "bridge",      "bus",           "butterfly", "camel",      "can",          "castle",
    "caterpillar", "cattle",        "chair",     "chimpanzee", "clock",        "cloud",
    "cockroach",   "couch",         "crab",      "crocodile",  "cup",          "dinosaur",
    "dolphin",     "elephant",      "flatfish",  "forest",     "fox",          "girl",
    "hamster",     "house",         "kangaroo",  "keyboard",   "lamp",         "lawn_mower",
    "leopard",     "lion",          "lizard",    "lobster",    "man",          "maple_tree",
    "motorcycle",  "mountain",      "mouse",     "mushroom",   "oak_tree",     "orange",
    "orchid",      "otter",         "palm_tree", "pear",       "pickup_truck", "pine_tree",
    "plain",       "plate",         "poppy",     "porcupine",  "possum",       "rabbit",
    "raccoon",     "ray",           "road",      "rocket",     "rose",         "sea",
    "seal",        "shark",         "shrew",     "skunk",      "skyscraper",   "snail",
    "snake",       "spider",        "squirrel",  "streetcar",  "sunflower",    "sweet_pepper",
    "table",       "tank",          "telephone", "television", "tiger",        "tractor",
    "train",       "trout",         "tulip",     "turtle",     "wardrobe",     "whale",
    "willow_tree", "wolf",          "woman",     "worm"};

static const char *const mnist_folders[] = {"mnist", "", "MNIST/raw", NULL};
static const char *const fashion_folders[] = {"fashion-mnist", "", "FashionMNIST/raw", NULL};
static const char *const kmnist_folders[] = {"kmnist", "", "KMNIST/raw", NULL};
static const char *const cifar10_folders[] = {"cifar10", "", NULL};
static const char *const cifar100_folders[] = {"cifar100", "", NULL};

static const char *const mnist_mirrors[] = {"https://storage.googleapis.com/cvdf-datasets/mnist/",
                                            "https://ossci-datasets.s3.amazonaws.com/mnist/", NULL};
// The publisher offers no https.
static const char *const fashion_mirrors[] = {
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/", NULL};
static const char *const kmnist_mirrors[] = {"http://codh.rois.ac.jp/kmnist/dataset/kmnist/", NULL};
static const char *const emnist_mirrors[] = {"https://www.itl.nist.gov/iaui/vip/cs_links/EMNIST/",
                                             NULL};
static const char *const cifar_mirrors[] = {"https://www.cs.toronto.edu/~kriz/", NULL};

#define GREY .channels = 1, .height = 28, .width = 28, .shape = "1×28×28"
#define COLOUR .channels = 3, .height = 32, .width = 32, .shape = "3×32×32"
#define CLASSES(names) \
    .class_count = (int32_t)(sizeof(names) / sizeof((names)[0])), .class_name = (names)

// The six ways EMNIST is cut, all in one archive.
#define EMNIST(cut, text, names, first, train_pictures, test_pictures)                           \
    {                                                                                            \
        .name = "emnist-" cut, .title = "EMNIST " cut ": " text, .kind = FOVEA__KNOWN_IDX, GREY, \
        .train_count = train_pictures, .test_count = test_pictures, CLASSES(names),              \
        .first_label = first, .transposed = true, .train = "emnist-" cut "-train",               \
        .test = "emnist-" cut "-test",                                                           \
        .folder = (const char *const[]){"emnist-" cut, "emnist", "", "EMNIST/raw", NULL},        \
        .home = "emnist", .mirror = emnist_mirrors, .file_count = 1, .file = {                   \
            {"gzip.zip", 0, "58c8d27c78d21e728a6bc7b3cc06412e", NULL, NULL}                      \
        }                                                                                        \
    }

const fovea__known_set fovea__known_table[] = {
    {.name = "mnist",
     .title = "MNIST: handwritten digits",
     .kind = FOVEA__KNOWN_IDX,
     GREY,
     .train_count = 60000,
     .test_count = 10000,
     CLASSES(digits),
     .train = "train",
     .test = "t10k",
     .folder = mnist_folders,
     .mirror = mnist_mirrors,
     .file_count = 4,
     .file = {{"train-images-idx3-ubyte.gz", 9912422, "f68b3c2dcbeaaa9fbdd348bbdeb94873",
               "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
               "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"},
              {"train-labels-idx1-ubyte.gz", 28881, "d53e105ee54ea40749a09fcbcd1e9432",
               "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
               "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"},
              {"t10k-images-idx3-ubyte.gz", 1648877, "9fb629c4189551a2d022fa330f9573f3",
               "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
               "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"},
              {"t10k-labels-idx1-ubyte.gz", 4542, "ec29112dd5afa0611ce80d1b7f02629c",
               "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
               "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"}}},
    {.name = "fashion-mnist",
     .title = "Fashion-MNIST: photographs of clothes",
     .kind = FOVEA__KNOWN_IDX,
     GREY,
     .train_count = 60000,
     .test_count = 10000,
     CLASSES(garments),
     .train = "train",
     .test = "t10k",
     .folder = fashion_folders,
     .mirror = fashion_mirrors,
     .package = "dataset-fashion-mnist",
     .file_count = 4,
     .file = {{"train-images-idx3-ubyte.gz", 0, "8d4fb7e6c68d591d4c3dfef9ec88bf0d", NULL,
               "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"},
              {"train-labels-idx1-ubyte.gz", 0, "25c81989df183df01b3e8a0aad5dffbe", NULL,
               "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"},
              {"t10k-images-idx3-ubyte.gz", 0, "bef4ecab320f06d8554ea6380940ec79", NULL,
               "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"},
              {"t10k-labels-idx1-ubyte.gz", 0, "bb300cfdad3c16e7a12a480ee83cd310", NULL,
               "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"}}},
    {.name = "kmnist",
     .title = "Kuzushiji-MNIST: handwritten Japanese characters",
     .kind = FOVEA__KNOWN_IDX,
     GREY,
     .train_count = 60000,
     .test_count = 10000,
     CLASSES(kana),
     .train = "train",
     .test = "t10k",
     .folder = kmnist_folders,
     .mirror = kmnist_mirrors,
     .file_count = 4,
     .file = {{"train-images-idx3-ubyte.gz", 0, "bdb82020997e1d708af4cf47b453dcf7", NULL, NULL},
              {"train-labels-idx1-ubyte.gz", 0, "e144d726b3acfaa3e44228e80efcd344", NULL, NULL},
              {"t10k-images-idx3-ubyte.gz", 0, "5c965bf0a639b31b8f53240b1b52f4d7", NULL, NULL},
              {"t10k-labels-idx1-ubyte.gz", 0, "7320c461ea6c1c855c0b718fb2a4b134", NULL, NULL}}},
    EMNIST("byclass", "digits and letters of both cases", byclass, 0, 697932, 116323),
    EMNIST("bymerge", "digits and letters, cases that look alike merged", bymerge, 0, 697932,
           116323),
    EMNIST("balanced", "as bymerge, equally many of each", bymerge, 0, 112800, 18800),
    EMNIST("letters", "letters, cases merged", letters, 1, 124800, 20800),
    EMNIST("digits", "digits", digits, 0, 240000, 40000),
    EMNIST("mnist", "digits, as many as MNIST", digits, 0, 60000, 10000),
    {.name = "cifar10",
     .title = "CIFAR-10: small photographs",
     .kind = FOVEA__KNOWN_CIFAR_10,
     COLOUR,
     .train_count = 50000,
     .test_count = 10000,
     CLASSES(cifar10),
     .folder = cifar10_folders,
     .archive = "cifar-10-binary.tar.gz",
     .mirror = cifar_mirrors,
     .file_count = 1,
     .file = {{"cifar-10-binary.tar.gz", 170052171, "c32a1d4ab5d03f1284b67883e8d87530",
               "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd", NULL}}},
    {.name = "cifar100",
     .title = "CIFAR-100: small photographs",
     .kind = FOVEA__KNOWN_CIFAR_100,
     COLOUR,
     .train_count = 50000,
     .test_count = 10000,
     CLASSES(cifar100),
     .folder = cifar100_folders,
     .archive = "cifar-100-binary.tar.gz",
     .mirror = cifar_mirrors,
     .file_count = 1,
     .file = {{"cifar-100-binary.tar.gz", 168513733, "03b5dce01913d631647c71ecec9e9cb8", NULL,
               NULL}}},
};

const size_t fovea__known_table_count = sizeof(fovea__known_table) / sizeof(fovea__known_table[0]);
