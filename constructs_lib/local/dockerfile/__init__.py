"""What a Dockerfile says about the image that it makes; nothing of it is executed."""

from constructs_lib.local.dockerfile.errors import DockerfileError
from constructs_lib.local.dockerfile.files import copy_files
from constructs_lib.local.dockerfile.stages import Image, read_image

__all__ = ["DockerfileError", "Image", "copy_files", "read_image"]
