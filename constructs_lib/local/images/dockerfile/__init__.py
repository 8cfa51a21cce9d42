"""What a Dockerfile says about the image that it makes; nothing of it is executed."""

from constructs_lib.local.images.dockerfile.errors import DockerfileError
from constructs_lib.local.images.dockerfile.files import copy_files
from constructs_lib.local.images.dockerfile.stages import Image, Run, read_image

__all__ = ["DockerfileError", "Image", "Run", "copy_files", "read_image"]
