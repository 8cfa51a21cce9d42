"""Every rule that an argument may break, and every warning, each with its code: what docs/errors.md is made from.

A code means one thing and keeps its meaning; that of a rule that is given up is not used again.
"""

from enum import Enum, unique
from typing import Final

from constructs_lib.errors import ConfigurationError

PAGE: Final = "docs/errors.md"
"""From the top of the repository, and within the package where it is installed."""

_ARGUMENTS: Final = "Arguments"
_COMPUTE: Final = "Compute environments"
_NETWORKS: Final = "Networks"
_STORAGE: Final = "Storage"
_QUEUES: Final = "Queues"
_PLACES: Final = "Jobs and the queues that they fit"
_JOBS: Final = "Jobs"
_IMAGES: Final = "Images"
_ACCESS: Final = "Access"
_COSTS: Final = "Costs"
_SUBMITS: Final = "States and submits"
_FAN_OUTS: Final = "Fan-outs"
_WATCHES: Final = "Jobs that never start"
_TRIGGERS: Final = "Triggers"
_MONITORING: Final = "Monitoring"
_NOTIFICATIONS: Final = "Notifications"

_AWS: Final = "https://docs.aws.amazon.com/"
_GUIDE: Final = f"{_AWS}batch/latest/userguide/"
_API: Final = f"{_AWS}batch/latest/APIReference/"
_STATES: Final = f"{_AWS}step-functions/latest/dg/"
_ECS: Final = f"{_AWS}AmazonECS/latest/developerguide/"
_SCHEDULER: Final = f"{_AWS}scheduler/latest/UserGuide/"


@unique
class Rule(Enum):
    """A rule that arguments follow.

    Attributes:
        wing: what it is about, in words.
        code: such as ``BATCH006``.
        title: what is required, as a clause.
        why: what would happen without it, in sentences.
        source: the page of AWS about it; empty when it is a rule of this library.
    """

    ARGUMENT_TYPE = (
        _ARGUMENTS,
        "ARG001",
        "an argument has the type of its annotation",
        (
            "aws-cdk-lib accepts many values of a wrong type, and the deployment fails later or has another effect. "
            "The message names the required type and, if there is one, the call that makes it from the value."
        ),
    )
    ARGUMENT_NAME = (
        _ARGUMENTS,
        "ARG002",
        "the construct has an argument of this name",
        "A keyword that a construct does not have is most often a spelling mistake, or belongs to another construct.",
    )
    AWS_CDK = (
        _ARGUMENTS,
        "ARG003",
        "the arguments are valid for aws-cdk-lib",
        "aws-cdk-lib has rules of its own, whose messages do not name the construct. This message does.",
    )
    KNOWN_NUMBER = (
        _ARGUMENTS,
        "ARG004",
        "a number that is used in a calculation is known when the app is synthesized",
        (
            "The value of a `CfnParameter` is known when the stack is deployed, and CloudFormation cannot calculate. "
            "Such a number can only be passed on unchanged, in the unit of AWS."
        ),
        f"{_AWS}AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html",
    )
    REQUIRED_ARGUMENT = (
        _ARGUMENTS,
        "ARG005",
        "each argument without a default is passed",
        "The construct has no default for such an argument.",
    )
    ARGUMENT_BY_NAME = (
        _ARGUMENTS,
        "ARG006",
        "options are passed by their names",
        "Scope and id are passed by position, all options by name, so that a call can be read without its signature.",
    )
    ARGUMENT_ONCE = (
        _ARGUMENTS,
        "ARG007",
        "each argument is passed once",
        "An argument that is passed by position and again by name has two values.",
    )
    INJECTED = (
        _ARGUMENTS,
        "ARG008",
        "a property injector returns the arguments of the construct by their names",
        "The construct is made with what its injector returns, in place of what was passed.",
        f"{_AWS}cdk/v2/guide/blueprints.html",
    )
    RESOURCE_NAME = (
        _ARGUMENTS,
        "BATCH024",
        "the name of a resource of AWS Batch is 1 to 128 letters, digits, hyphens and underscores",
        (
            "The deployment fails with any other name, for job definitions, queues, compute environments, scheduling "
            "policies and consumable resources alike."
        ),
        f"{_API}API_CreateJobQueue.html",
    )
    VARIABLE_NAME = (
        _ARGUMENTS,
        "BATCH014",
        "the name of an environment variable has no white space and no equals sign, and does not begin with AWS_BATCH",
        (
            "Names that begin with `AWS_BATCH` are reserved for the variables that AWS Batch sets itself. A variable "
            "with white space or an equals sign in its name cannot be read by a program."
        ),
        f"{_API}API_KeyValuePair.html",
    )
    TAG = (
        _ARGUMENTS,
        "BATCH044",
        "a tag has a key of 1 to 128 characters that does not begin with aws:, and a value of up to 256",
        "Requests with other tags are refused: the deployment fails, or the state that submits the job.",
        f"{_GUIDE}using-tags.html",
    )

    MAX_VCPUS = (
        _COMPUTE,
        "BATCH001",
        "a compute environment has at least one vCPU",
        "With max_vcpus=0 no job of its queues ever starts.",
        f"{_API}API_ComputeResource.html",
    )
    VCPUS_IN_ORDER = (
        _COMPUTE,
        "BATCH002",
        "0 <= min_vcpus <= desired_vcpus <= max_vcpus",
        "CreateComputeEnvironment rejects other numbers.",
        f"{_API}API_ComputeResource.html",
    )
    INSTANCE_TYPES = (
        _COMPUTE,
        "BATCH003",
        "instance types and families are supported by AWS Batch",
        "An environment with an unknown name becomes INVALID, and its jobs wait in RUNNABLE.",
        f"{_GUIDE}instance-type-compute-table.html",
    )
    ONE_ARCHITECTURE = (
        _COMPUTE,
        "BATCH004",
        "a compute environment has one processor architecture",
        (
            "An image is built for one processor architecture. On instances of another architecture its jobs fail "
            "with `exec format error`."
        ),
        f"{_GUIDE}instance-type-compute-table.html",
    )
    FARGATE_NETWORK = (
        _COMPUTE,
        "BATCH005",
        "a Fargate environment has up to 16 subnets and 5 security groups",
        "CreateComputeEnvironment refuses more.",
        f"{_API}API_ComputeResource.html",
    )
    SPOT_OPTION = (
        _COMPUTE,
        "BATCH020",
        "options of Spot are for Spot environments",
        (
            "A bid and the allocation strategies of Spot have no effect on on-demand instances, and "
            "CreateComputeEnvironment refuses them."
        ),
        f"{_API}API_ComputeResource.html",
    )
    SPOT_BID = (
        _COMPUTE,
        "BATCH034",
        "a bid for Spot is 1 to 100 % of the price on demand",
        "CreateComputeEnvironment refuses other percentages.",
        f"{_API}API_ComputeResource.html",
    )
    ROOT_VOLUME = (
        _COMPUTE,
        "BATCH022",
        "a root volume is a whole number of GiB, and at least as large as the volume of the image",
        (
            "Amazon's ECS-optimized images have 30 GiB: with a smaller volume no instance starts, and jobs wait in "
            "RUNNABLE."
        ),
        f"{_ECS}ecs-ami-storage-config.html",
    )
    TYPES_OF_RANGES = (
        _COMPUTE,
        "COMPUTE001",
        "the ranges contain at least one instance type",
        (
            "`instance_types_for` lists the types within the ranges; with an empty list, AWS Batch would choose the "
            "types of the environment."
        ),
        f"{_GUIDE}instance-type-compute-table.html",
    )
    MACHINE_IMAGE = (
        _COMPUTE,
        "COMPUTE002",
        "the machine image supports all instance types, with their GPUs",
        (
            "With an image for another processor or of another generation, an instance does not join the cluster, and "
            "without drivers a job has no GPU: jobs wait in RUNNABLE. Since June 30, 2026, images of Amazon Linux 2 "
            "are not available for new environments."
        ),
        f"{_GUIDE}compute_environments.html",
    )
    ONE_WAY_TO_CHOOSE_IMAGES = (
        _COMPUTE,
        "COMPUTE015",
        "images are chosen either by image and image_type, or by images",
        "Both choose the machine image, and one of them would be ignored.",
        f"{_API}API_ComputeResource.html",
    )
    INSTANCE_STORE = (
        _COMPUTE,
        "COMPUTE003",
        "an instance store requires instance types that have one",
        "A type without local disks would start without the scratch space that the jobs need.",
        f"{_AWS}AWSEC2/latest/UserGuide/InstanceStorage.html",
    )
    OWN_LAUNCH_TEMPLATE = (
        _COMPUTE,
        "COMPUTE011",
        "options of your own launch template are set in the template",
        "The environment uses your launch template unchanged: the option would have no effect.",
        f"{_GUIDE}launch-templates.html",
    )
    ONE_SCRIPT = (
        _COMPUTE,
        "COMPUTE012",
        "user data is a single script if this library adds commands to it",
        (
            "The commands that mount scratch space, or join the cluster, are prepended to a script; user data of "
            "several parts has no place for them."
        ),
    )
    SCRATCH_VOLUME = (
        _COMPUTE,
        "COMPUTE013",
        "a scratch volume is a whole number of GiB",
        "Amazon EBS supports whole GiB only.",
        f"{_AWS}AWSEC2/latest/APIReference/API_EbsBlockDevice.html",
    )
    EFA_TYPES = (
        _COMPUTE,
        "COMPUTE004",
        "all instance types have an Elastic Fabric Adapter",
        (
            "An instance type without the adapter cannot start, and jobs wait in RUNNABLE; a family is accepted if "
            "all of its sizes have one."
        ),
        f"{_GUIDE}efa.html",
    )
    EFA_PLACEMENT = (
        _COMPUTE,
        "COMPUTE014",
        "instances with an EFA are in a cluster placement group, in one availability zone",
        "The adapter's traffic does not leave a zone, and is slow between instances that are far apart.",
        f"{_GUIDE}efa.html",
    )
    RESERVATION = (
        _COMPUTE,
        "COMPUTE005",
        "a capacity reservation is for on-demand instances of one of the instance types",
        "Spot Instances cannot use reservations, and a reservation for another type is paid for without being used.",
        f"{_AWS}AWSEC2/latest/UserGuide/capacity-reservations-using.html",
    )
    RESERVATION_ID = (
        _COMPUTE,
        "COMPUTE016",
        "the id of a capacity reservation is cr- and 17 hexadecimal digits",
        "An environment whose reservation does not exist starts no instances.",
        f"{_AWS}AWSEC2/latest/UserGuide/capacity-reservations-using.html",
    )
    SCALE_DOWN_DELAY = (
        _COMPUTE,
        "COMPUTE006",
        "the scale-down delay is 20 to 10,080 whole minutes",
        "CreateComputeEnvironment refuses other delays.",
        f"{_API}API_ComputeScalingPolicy.html",
    )
    UPDATE_IN_PLACE = (
        _COMPUTE,
        "COMPUTE007",
        "options of updates in place are for environments that are updated in place",
        "With replace_on_update, a change makes a new environment instead of an update.",
        f"{_GUIDE}updating-compute-environments.html",
    )
    REPLACED_NAME = (
        _COMPUTE,
        "COMPUTE017",
        "an environment that is replaced on update has no physical name",
        "CloudFormation cannot replace a resource with a physical name.",
        f"{_AWS}AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html",
    )
    FARGATE_UPDATE = (
        _COMPUTE,
        "COMPUTE018",
        "an update policy is for environments of instances",
        (
            "Fargate environments are updated in place and their running jobs finish. An update policy is ignored "
            "when they are made, and makes each later update fail."
        ),
        f"{_GUIDE}updating-compute-environments.html",
    )
    BEST_FIT_UPDATE = (
        _COMPUTE,
        "COMPUTE019",
        "an environment with BEST_FIT is not updated in place",
        "Updates of an environment with this allocation strategy are refused.",
        f"{_GUIDE}updating-compute-environments.html",
    )
    UPDATE_TIMEOUT = (
        _COMPUTE,
        "COMPUTE020",
        "an update waits for jobs for 1 to 7,200 whole minutes",
        "UpdateComputeEnvironment refuses other times.",
        f"{_API}API_UpdatePolicy.html",
    )
    AUTO_SCALING_TYPES = (
        _COMPUTE,
        "COMPUTE008",
        "an Auto Scaling group has instance types, not families",
        "An unmanaged environment is an Auto Scaling group of this library, and only AWS Batch supports families.",
        f"{_GUIDE}unmanaged_compute_environments.html",
    )
    ONE_MACHINE_IMAGE = (
        _COMPUTE,
        "COMPUTE021",
        "an Auto Scaling group has one machine image",
        "Instances with GPUs need an image with drivers, and other instances an image without them.",
        f"{_GUIDE}unmanaged_compute_environments.html",
    )
    INSTANCE_COUNTS = (
        _COMPUTE,
        "COMPUTE022",
        "0 <= min_instances <= max_instances, and max_instances is at least 1",
        (
            "The Auto Scaling group of an unmanaged environment rejects other numbers, and without an instance no job "
            "starts."
        ),
        f"{_GUIDE}unmanaged_compute_environments.html",
    )
    SHARE_VCPUS = (
        _COMPUTE,
        "COMPUTE023",
        "the vCPUs of an unmanaged environment for fair shares are 0 or more",
        "CreateComputeEnvironment refuses negative numbers.",
        f"{_API}API_CreateComputeEnvironment.html",
    )
    SCALE_IN_AFTER = (
        _COMPUTE,
        "COMPUTE009",
        "ECS managed instances may be idle for 0 to 3,600 whole seconds",
        "CreateComputeEnvironment refuses other times.",
        f"{_API}API_InfrastructureOptimization.html",
    )
    MIME_USER_DATA = (
        _COMPUTE,
        "COMPUTE010",
        "user data of a launch template is a MIME multi-part archive",
        "AWS Batch adds a part of its own to the user data, which is impossible for a plain script.",
        f"{_GUIDE}launch-templates.html",
    )

    NETWORK_PLATFORMS = (
        _NETWORKS,
        "NETWORK001",
        "a network is for jobs on EC2, on Fargate, or on both",
        "A closed network for no platform has none of the endpoints that jobs need.",
        f"{_ECS}vpc-endpoints.html",
    )
    NAT_GATEWAYS = (
        _NETWORKS,
        "NETWORK002",
        "only NetworkAccess.NAT has NAT gateways",
        "In a network without NAT gateways their number has no effect.",
        f"{_AWS}vpc/latest/userguide/configure-subnets.html#subnet-types",
    )
    NAT_GATEWAY_COUNT = (
        _NETWORKS,
        "NETWORK003",
        "a network has between one NAT gateway in total and one per zone",
        (
            "Each gateway is billed by the hour. One gateway serves all zones, and one per zone survives the loss of "
            "a zone; further gateways are never used."
        ),
        f"{_AWS}vpc/latest/userguide/vpc-nat-gateway.html",
    )
    ZONES = (
        _NETWORKS,
        "NETWORK004",
        "a network is in at least one availability zone",
        "Without a zone there is no subnet for a job to run in.",
        f"{_AWS}vpc/latest/userguide/configure-subnets.html#subnet-types",
    )
    ENDPOINT_SERVICES = (
        _NETWORKS,
        "NETWORK005",
        "endpoints of services are for networks without internet access",
        "Interface endpoints are billed by the hour, and with internet access jobs reach every service without them.",
        f"{_ECS}vpc-endpoints.html",
    )
    PRIVATE_SUBNETS = (
        _NETWORKS,
        "BATCH021",
        "a VPC has private subnets with egress, or other subnets are passed",
        (
            "Without a route to Amazon ECR, Amazon ECS and CloudWatch Logs, instances do not join the cluster, and "
            "tasks cannot pull their image."
        ),
        f"{_GUIDE}compute_environments.html",
    )

    STORAGE_PLATFORM = (
        _STORAGE,
        "STORAGE001",
        "the platform of the job supports this storage",
        "RegisterJobDefinition refuses volumes of another platform, or their tasks never start.",
        f"{_API}API_Volume.html",
    )
    DIRECTORY = (
        _STORAGE,
        "STORAGE002",
        "a directory is an absolute path below /, without a slash at its end",
        (
            "RegisterJobDefinition refuses a relative path, the root would hide the image's files, and two spellings "
            "of one path would be mounted twice."
        ),
        f"{_API}API_MountPoint.html",
    )
    PREFIX = (
        _STORAGE,
        "STORAGE003",
        "a prefix has no slash in front and no wildcards",
        "Keys with a slash in front are usually mistakes, and a wildcard in a policy allows more than the prefix.",
        f"{_AWS}AmazonS3/latest/userguide/using-prefixes.html",
    )
    FILE_SYSTEM_CLIENTS = (
        _STORAGE,
        "STORAGE004",
        "a file system accepts connections from the compute environments of the job",
        "A job that cannot connect to its file system fails before its program starts.",
        f"{_AWS}efs/latest/ug/network-access.html",
    )
    STORAGE_PURPOSE = (
        _STORAGE,
        "STORAGE005",
        "a job has permission to read, write or delete in its storage",
        "A bucket without any of these permissions is of no use to a job.",
    )
    ONE_VOLUME_PER_DIRECTORY = (
        _STORAGE,
        "STORAGE006",
        "a directory of a container has one volume",
        "Of two volumes at one path a program sees only one, and it is undefined which.",
        f"{_API}API_MountPoint.html",
    )
    STORAGE_VARIABLE = (
        _STORAGE,
        "STORAGE007",
        "each storage has an environment variable of its own",
        "Of two values of one variable a program sees only one.",
    )
    NEW_OR_EXISTING_EFS = (
        _STORAGE,
        "STORAGE008",
        "EFS storage has either a VPC, for a new file system, or an existing file system",
        "The VPC is for the mount targets of a new file system; an existing one has its mount targets already.",
        f"{_AWS}efs/latest/ug/accessing-fs.html",
    )
    LUSTRE_CAPACITY = (
        _STORAGE,
        "STORAGE009",
        "a file system of FSx for Lustre has one of the capacities that AWS offers",
        "CreateFileSystem refuses other numbers of GiB.",
        f"{_AWS}fsx/latest/APIReference/API_CreateFileSystem.html",
    )
    LUSTRE_THROUGHPUT = (
        _STORAGE,
        "STORAGE010",
        "a throughput is required for persistent file systems, and not allowed for scratch file systems",
        "CreateFileSystem refuses other combinations.",
        f"{_AWS}fsx/latest/APIReference/API_CreateFileSystemLustreConfiguration.html",
    )
    S3_FILES_VERSIONS = (
        _STORAGE,
        "STORAGE011",
        "S3 Files requires a bucket with versioning",
        "AWS makes no file system over a bucket without versioning.",
        f"{_AWS}AmazonS3/latest/userguide/s3-files-prereq-policies.html",
    )
    EFS_ENCRYPTION = (
        _STORAGE,
        "STORAGE012",
        "an EFS volume with an access point or IAM authorization has transit encryption",
        "RegisterTaskDefinition of Amazon ECS refuses it without TLS, and the job fails to start.",
        f"{_API}API_EFSVolumeConfiguration.html",
    )
    EFS_DIRECTORY = (
        _STORAGE,
        "STORAGE015",
        "a volume has either an access point or a directory",
        "RegisterTaskDefinition of Amazon ECS refuses both together, and the job fails to start.",
        f"{_API}API_EFSVolumeConfiguration.html",
    )
    PERMISSIONS = (
        _STORAGE,
        "STORAGE014",
        "permissions are three or four octal digits, as for chmod",
        "CreateAccessPoint refuses other texts.",
        f"{_AWS}efs/latest/ug/API_CreationInfo.html",
    )
    POSIX_ID = (
        _STORAGE,
        "STORAGE016",
        "the id of a user or group is 0 to 4,294,967,295",
        "CreateAccessPoint refuses other numbers.",
        f"{_AWS}efs/latest/ug/API_PosixUser.html",
    )

    QUEUE_ENVIRONMENTS = (
        _QUEUES,
        "BATCH006",
        "a queue has 1 to 3 compute environments",
        "CreateJobQueue refuses fewer and more.",
        f"{_GUIDE}job_queue_parameters.html",
    )
    ONE_PLATFORM_PER_QUEUE = (
        _QUEUES,
        "BATCH007",
        "a queue has either EC2 environments or Fargate environments",
        "CreateJobQueue refuses a mixture, because a job definition is for one platform.",
        f"{_API}API_CreateJobQueue.html",
    )
    ENVIRONMENT_ONCE = (
        _QUEUES,
        "BATCH008",
        "each environment appears once in a queue",
        "CreateJobQueue refuses an environment that is listed twice.",
        f"{_API}API_CreateJobQueue.html",
    )
    ONE_ARCHITECTURE_PER_QUEUE = (
        _QUEUES,
        "BATCH019",
        "all environments of a queue have the same processor architecture",
        "CreateJobQueue refuses a mixture, because an image is built for one processor.",
        f"{_API}API_CreateJobQueue.html",
    )
    QUEUE_PRIORITY = (
        _QUEUES,
        "BATCH009",
        "the priority of a queue is 0 to 1,000",
        "CreateJobQueue refuses other numbers.",
        f"{_GUIDE}job_queue_parameters.html",
    )
    QUEUE_TIME_LIMIT = (
        _QUEUES,
        "BATCH010",
        "a job at the head of a queue is cancelled after 600 to 86,400 whole seconds",
        "CreateJobQueue refuses other times.",
        f"{_API}API_JobStateTimeLimitAction.html",
    )
    CANCELLED_OR_NOT = (
        _QUEUES,
        "QUEUE012",
        "jobs that no environment can hold are cancelled after a time, or wait forever",
        "A queue has either a time limit for these jobs or no time limit.",
        f"{_API}API_JobStateTimeLimitAction.html",
    )
    ON_DEMAND_BEFORE_SPOT = (
        _QUEUES,
        "QUEUE006",
        "on-demand environments of ECS managed instances come before Spot environments",
        "CreateJobQueue refuses the other order for environments of this kind.",
        f"{_API}API_CreateJobQueue.html",
    )
    SHARE_IDENTIFIER = (
        _QUEUES,
        "QUEUE001",
        "a share identifier is 1 to 255 letters and digits; in a policy it may end with a *",
        "CreateSchedulingPolicy and SubmitJob refuse other texts.",
        f"{_API}API_ShareAttributes.html",
    )
    DISTINCT_SHARES = (
        _QUEUES,
        "QUEUE007",
        "no share identifier includes another one",
        "If one identifier includes another, a job would belong to both shares.",
        f"{_API}API_ShareAttributes.html",
    )
    SHARE_COUNT = (
        _QUEUES,
        "QUEUE008",
        "a queue has up to 500 shares",
        "CreateSchedulingPolicy and SubmitJob refuse more.",
        f"{_API}API_FairsharePolicy.html",
    )
    SHARE_AMOUNT = (
        _QUEUES,
        "QUEUE002",
        "a share is 0.001 to 10,000 times another one",
        "The weight factor of AWS Batch is the inverse of the share, 0.0001 to 999.9999.",
        f"{_API}API_ShareAttributes.html",
    )
    SHARE_DECAY = (
        _QUEUES,
        "QUEUE009",
        "past use counts for up to 604,800 whole seconds",
        "CreateSchedulingPolicy refuses longer times.",
        f"{_API}API_FairsharePolicy.html",
    )
    COMPUTE_RESERVATION = (
        _QUEUES,
        "QUEUE010",
        "0 to 99 % of the vCPUs are reserved for shares without jobs",
        "CreateSchedulingPolicy refuses other percentages.",
        f"{_API}API_FairsharePolicy.html",
    )
    RATE_LIMIT = (
        _QUEUES,
        "QUEUE003",
        "a rate limit, and the amount that a job uses of it, is 1 or more",
        "With a limit of 0 every job would wait forever, and a job that uses 0 is not limited.",
        f"{_GUIDE}resource-aware-scheduling.html",
    )
    RATE_LIMIT_REACH = (
        _QUEUES,
        "QUEUE004",
        "a job uses no more of a rate limit than exists",
        "The job would wait in RUNNABLE forever.",
        f"{_GUIDE}resource-aware-scheduling.html",
    )
    SET_OF_QUEUES = (
        _QUEUES,
        "QUEUE005",
        "a set of queues has at least one queue",
        "Without a queue no job can be submitted.",
    )
    SHARED_ENVIRONMENTS = (
        _QUEUES,
        "QUEUE011",
        "queues whose priorities are compared share their environments",
        "AWS Batch compares priorities only among queues over the same environment.",
        f"{_GUIDE}job_queue_parameters.html",
    )

    QUEUE_PLATFORM = (
        _PLACES,
        "FIT001",
        "a job runs on environments of its own platform",
        "SubmitJob refuses a job whose definition is for the other platform, and the running execution fails.",
        f"{_API}API_RegisterJobDefinition.html",
    )
    QUEUE_PROCESSOR = (
        _PLACES,
        "FIT002",
        "the image of a job is built for the processor of the queue's instances",
        "On another processor every attempt fails with `exec format error`.",
        f"{_GUIDE}instance-type-compute-table.html",
    )
    QUEUE_SIZE = (
        _PLACES,
        "FIT003",
        "an environment of the queue can hold the job",
        "A job that is larger than every instance, or than max_vcpus, waits in RUNNABLE forever, and blocks the queue.",
        f"{_GUIDE}job_stuck_in_runnable.html",
    )
    MULTI_NODE_QUEUE = (
        _PLACES,
        "FIT004",
        "AWS Batch runs multi-node parallel jobs on managed EC2 instances on demand only",
        "On Fargate, on Spot and on unmanaged instances such a job never starts.",
        f"{_GUIDE}multi-node-parallel-jobs.html",
    )

    FARGATE_SIZE = (
        _JOBS,
        "BATCH011",
        "Fargate offers this combination of vCPUs and memory",
        "RegisterJobDefinition refuses other combinations. The message names the nearest ones.",
        f"{_API}API_ResourceRequirement.html",
    )
    EC2_SIZE = (
        _JOBS,
        "BATCH012",
        "a job on EC2 has a whole number of vCPUs, at least 1, and of MiB, at least 4",
        "RegisterJobDefinition and SubmitJob refuse fractions and smaller sizes.",
        f"{_API}API_ResourceRequirement.html",
    )
    GPUS_ON_FARGATE = (
        _JOBS,
        "BATCH026",
        "Fargate has no GPUs",
        "RegisterJobDefinition and SubmitJob refuse GPUs on Fargate.",
        f"{_API}API_ResourceRequirement.html",
    )
    GPU_COUNT = (
        _JOBS,
        "BATCH027",
        "a number of GPUs is 0 or more",
        "RegisterJobDefinition refuses negative numbers.",
        f"{_API}API_ResourceRequirement.html",
    )
    FARGATE_OPTION = (
        _JOBS,
        "BATCH028",
        "ephemeral storage, processor and public IP address are options of jobs on Fargate",
        "On EC2 the instance determines storage, processor and addresses; RegisterJobDefinition refuses the options.",
        f"{_API}API_ContainerProperties.html",
    )
    EPHEMERAL_STORAGE = (
        _JOBS,
        "BATCH029",
        "a job on Fargate has 21 to 200 GiB of ephemeral storage, a whole number",
        "RegisterJobDefinition refuses other sizes.",
        f"{_API}API_EphemeralStorage.html",
    )
    TIMEOUT = (
        _JOBS,
        "BATCH013",
        "the timeout of an attempt is a whole number of seconds, at least 60",
        "RegisterJobDefinition and SubmitJob refuse shorter ones.",
        f"{_GUIDE}job_timeouts.html",
    )
    ATTEMPTS = (
        _JOBS,
        "BATCH018",
        "a job has 1 to 10 attempts",
        "RegisterJobDefinition and SubmitJob refuse other numbers.",
        f"{_API}API_RetryStrategy.html",
    )
    RETRY_CONDITIONS = (
        _JOBS,
        "BATCH045",
        "a job has up to 5 retry conditions",
        "RegisterJobDefinition refuses more.",
        f"{_API}API_RetryStrategy.html",
    )
    SCHEDULING_PRIORITY = (
        _JOBS,
        "BATCH023",
        "the scheduling priority of a job is 0 to 9,999",
        "RegisterJobDefinition and SubmitJob refuse other numbers.",
        f"{_API}API_SubmitJob.html",
    )
    DEFINITION_LENGTH = (
        _JOBS,
        "BATCH025",
        "a job definition has up to 24,576 bytes",
        "RegisterJobDefinition refuses a longer one.",
        f"{_GUIDE}service_limits.html",
    )
    VARIABLE_OR_SECRET = (
        _JOBS,
        "BATCH033",
        "a name is used either for a variable or for a secret",
        "A container with a variable and a secret of the same name does not start.",
        f"{_GUIDE}specifying-sensitive-data.html",
    )
    EC2_OPTION = (
        _JOBS,
        "JOB001",
        "Linux parameters and ulimits are for jobs on EC2",
        "RegisterJobDefinition refuses devices, shared memory, swap space, tmpfs and ulimits for Fargate.",
        f"{_API}API_LinuxParameters.html",
    )
    LINUX_SIZE = (
        _JOBS,
        "JOB002",
        "sizes of Linux parameters are whole numbers of MiB",
        "RegisterJobDefinition accepts whole MiB only.",
        f"{_API}API_LinuxParameters.html",
    )
    SWAPPINESS = (
        _JOBS,
        "JOB003",
        "swappiness is 0 to 100, and requires max_swap",
        "RegisterJobDefinition refuses other numbers, and AWS Batch ignores swappiness without max_swap.",
        f"{_API}API_LinuxParameters.html",
    )
    LINUX_PATH = (
        _JOBS,
        "JOB004",
        "a path begins with a slash",
        "A container with a device or a tmpfs at a relative path does not start.",
        f"{_API}API_LinuxParameters.html",
    )
    CONTAINER_COUNT = (
        _JOBS,
        "BATCH030",
        "a job has 1 to 10 containers",
        "RegisterJobDefinition refuses fewer and more.",
        f"{_GUIDE}multi-container-jobs.html",
    )
    CONTAINER_NAME = (
        _JOBS,
        "BATCH035",
        "each container has a unique name of up to 255 letters, digits, hyphens and underscores",
        "RegisterJobDefinition refuses other names, and a name that occurs twice.",
        f"{_API}API_TaskContainerProperties.html",
    )
    ESSENTIAL_CONTAINER = (
        _JOBS,
        "BATCH036",
        "a job has at least one essential container",
        "The job ends with its essential container, and RegisterJobDefinition refuses a job without one.",
        f"{_API}API_TaskContainerProperties.html",
    )
    START_ORDER = (
        _JOBS,
        "BATCH037",
        (
            "a container waits for other containers of the job, without a cycle, and for the end of containers that "
            "are not essential only"
        ),
        "RegisterJobDefinition refuses other orders, because the job ends with an essential container.",
        f"{_API}API_TaskContainerDependency.html",
    )
    NODE_GROUPS = (
        _JOBS,
        "BATCH031",
        "a multi-node parallel job has 1 to 5 groups of nodes",
        "RegisterJobDefinition refuses more.",
        f"{_GUIDE}mnp-node-groups.html",
    )
    NODE_COUNT = (
        _JOBS,
        "BATCH039",
        "a group has at least one node, and a job up to 1,000",
        "RegisterJobDefinition refuses an empty group, and more nodes than the limit of an account.",
        f"{_GUIDE}mnp-node-groups.html",
    )
    MAIN_NODE = (
        _JOBS,
        "BATCH040",
        "the main node is one of the nodes",
        "RegisterJobDefinition refuses the index of a node that does not exist.",
        f"{_API}API_NodeProperties.html",
    )
    EFA_INTERFACES = (
        _JOBS,
        "BATCH041",
        "the number of Elastic Fabric Adapters is 0 or more",
        "Each adapter is a device of the container.",
        f"{_GUIDE}efa.html",
    )

    IMAGE_PROCESSOR = (
        _IMAGES,
        "IMAGE001",
        "the image of a job is built for the processor of the job",
        "On another processor every attempt fails with `exec format error`.",
        f"{_AWS}AmazonECR/latest/userguide/docker-push-multi-architecture-image.html",
    )
    DOCKERFILE_DIRECTORY = (
        _IMAGES,
        "BATCH015",
        "an image is built from a directory with a Dockerfile",
        "The image is built from it when the app is deployed.",
        f"{_AWS}cdk/v2/guide/assets.html",
    )
    TAG_OR_DIGEST = (
        _IMAGES,
        "BATCH016",
        "an image in a repository has a tag or a digest",
        (
            "Without either, each push would change the image of the job; with an invalid tag or digest, no job can "
            "pull it."
        ),
        f"{_AWS}AmazonECR/latest/userguide/image-tag-mutability.html",
    )
    IMAGE_NAME = (
        _IMAGES,
        "BATCH017",
        "an image has a name without white space",
        "A job whose image cannot be pulled fails with CannotPullContainerError.",
        f"{_ECS}task_cannot_pull_image.html",
    )
    PYTHON_DIRECTORY = (
        _IMAGES,
        "IMAGE002",
        "an image is built from a directory of Python modules",
        "The image is built from the directory when the app is deployed.",
    )
    WORKER_MODULE = (
        _IMAGES,
        "IMAGE011",
        "the name worker is reserved for the module that runs the handler",
        "Your own module of this name would hide it, and no item would be processed.",
    )
    HANDLER = (
        _IMAGES,
        "IMAGE003",
        "a handler is module:function, and exists in the directory",
        "A handler that cannot be imported fails in each job, after the image was built and pulled.",
    )
    PYTHON_VERSION = (
        _IMAGES,
        "IMAGE004",
        "Python is 3.11 or later",
        "The worker uses features that older versions do not have.",
    )
    BASE_IMAGE = (
        _IMAGES,
        "IMAGE012",
        "a base image has a tag other than latest, or a digest",
        "With no tag, or the tag latest, a deployment without any change of yours may build another image.",
    )
    REQUIREMENTS = (
        _IMAGES,
        "IMAGE005",
        "requirements are one file of the directory, or a list",
        "Only this file exists while the image is built: an entry that refers to another file would fail the build.",
    )
    IMAGE_LIFECYCLE = (
        _IMAGES,
        "IMAGE006",
        "a repository keeps at least one image, and untagged images for at least 1 whole day",
        "Amazon ECR refuses other lifecycle policies, and a job needs an image to run.",
        f"{_AWS}AmazonECR/latest/userguide/lifecycle_policy_parameters.html",
    )
    MUTABLE_TAGS = (
        _IMAGES,
        "IMAGE013",
        "up to 4 patterns match the mutable tags, and no pattern matches every tag",
        (
            "A tag that a job definition uses must not move to another image; Amazon ECR allows 5 filters, and one is "
            "used for the tag of the newest image."
        ),
        f"{_AWS}AmazonECR/latest/APIReference/API_PutImageTagMutability.html",
    )
    REVISED_JOBS = (
        _IMAGES,
        "IMAGE007",
        "revisions require jobs that run images of the repository",
        "A new image becomes a new revision of each of these jobs: without jobs, nothing would run it.",
    )
    SOURCE_IN_S3 = (
        _IMAGES,
        "IMAGE008",
        "a source in S3 is a ZIP file in a bucket with versioning",
        "CodePipeline fetches a version of a ZIP file.",
        f"{_AWS}codepipeline/latest/userguide/action-reference-S3.html",
    )
    SOURCE_IN_GIT = (
        _IMAGES,
        "IMAGE014",
        "a source in Git is the ARN of a connection and the repository as owner/name",
        "CodePipeline refuses other texts.",
        f"{_AWS}codepipeline/latest/userguide/action-reference-CodestarConnectionSource.html",
    )
    BUILD_PATH = (
        _IMAGES,
        "IMAGE009",
        "the paths of a build are within its source",
        "The build has no files outside of its source.",
    )
    BUILD_TIMEOUT = (
        _IMAGES,
        "IMAGE015",
        "the timeout of a build is 5 to 2,160 whole minutes",
        "CreateProject refuses other timeouts.",
        f"{_AWS}codebuild/latest/APIReference/API_CreateProject.html",
    )
    ONE_PROCESSOR_PER_PIPELINE = (
        _IMAGES,
        "IMAGE010",
        "a pipeline builds for one processor, that of its jobs",
        "On another processor every attempt of a job fails with `exec format error`.",
        f"{_AWS}codebuild/latest/userguide/build-env-ref-compute-types.html",
    )

    SUBMITTED_JOBS = (
        _ACCESS,
        "ACCESS001",
        "a permission to submit names at least one job definition",
        "IAM checks both queue and definition: a permission for a queue without a definition allows no submit.",
        f"{_GUIDE}iam-example-restrict-job-submission.html",
    )
    OWN_DEFINITIONS = (
        _ACCESS,
        "ACCESS002",
        "a permission to register definitions is limited by a prefix of their names, by images and by users",
        "Without these limits a definition could replace one of another user, run any image, or run as root.",
        f"{_AWS}service-authorization/latest/reference/list_awsbatch.html",
    )
    SUBMITTED_SHARES = (
        _ACCESS,
        "ACCESS003",
        "a permission by share names at least one share of a fair-share queue",
        (
            "No job of another queue meets the condition, and an empty list of shares matches no job: every submit "
            "would be denied."
        ),
        f"{_AWS}service-authorization/latest/reference/list_awsbatch.html",
    )
    CI_SUBJECT = (
        _ACCESS,
        "ACCESS004",
        "a subject names the owner of the repository",
        "The runs of all repositories of a CI system have the same issuer.",
        f"{_AWS}IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html",
    )
    GRANTEE = (
        _ACCESS,
        "ACCESS005",
        "permissions to submit are granted to roles, users and groups of the account",
        "A service or an account has no policy that this app could add to, and the permission would silently be lost.",
        f"{_AWS}IAM/latest/UserGuide/access_policies.html",
    )
    SESSION_DURATION = (
        _ACCESS,
        "ACCESS006",
        "the maximum session duration of a role is 3,600 to 43,200 whole seconds",
        "CreateRole refuses other times.",
        f"{_AWS}IAM/latest/APIReference/API_CreateRole.html",
    )

    COST_TAGS = (
        _COSTS,
        "MONEY001",
        "costs are allocated by 1 to 40 tags",
        "A task has up to 50 tags, including those of AWS Batch and of this library.",
        f"{_GUIDE}using-tags.html",
    )
    BUDGET_AMOUNT = (
        _COSTS,
        "MONEY002",
        "a budget is more than 0 US dollars",
        "CreateBudget refuses smaller amounts.",
        f"{_AWS}aws-cost-management/latest/APIReference/API_budgets_Spend.html",
    )
    BUDGET_RECIPIENTS = (
        _COSTS,
        "MONEY005",
        "warnings are sent to a topic, or to up to 10 e-mail addresses",
        "CreateBudget refuses a notification without subscribers or with more, and invalid addresses.",
        f"{_AWS}aws-cost-management/latest/APIReference/API_budgets_CreateBudget.html",
    )
    BUDGET_WARNINGS = (
        _COSTS,
        "MONEY006",
        "percentages are above 0 and unique; a budget has up to 10 notifications",
        "CreateBudget refuses other percentages, the same notification twice, and more than 10.",
        f"{_AWS}aws-cost-management/latest/APIReference/API_budgets_CreateBudget.html",
    )
    BUDGET_CAP = (
        _COSTS,
        "MONEY007",
        "a cap has a percentage above 0, and environments",
        "A percentage without environments has no effect, and environments without a percentage are never capped.",
    )
    CAPPED_ENVIRONMENT = (
        _COSTS,
        "MONEY008",
        "an environment is capped once, is enabled, and has a known max_vcpus",
        "At the end of a cap the environment is enabled, and its max_vcpus is restored.",
    )
    CAPPED_VCPUS = (
        _COSTS,
        "MONEY009",
        "a cap is 0 vCPUs or more, and below max_vcpus of each environment",
        "A cap that is not below max_vcpus has no effect.",
    )
    SPOT_SHARE = (
        _COSTS,
        "MONEY003",
        "1 to 99 % of the vCPUs are on Spot, and each of the two environments has at least one vCPU",
        "Otherwise one of the two environments would have no vCPUs and start no jobs.",
    )
    FARGATE_INSTANCE_TYPES = (
        _COSTS,
        "MONEY010",
        "Fargate has no instance types",
        "Fargate tasks have sizes; AWS chooses the instances.",
        f"{_GUIDE}fargate.html",
    )
    BUDGET_REGION = (
        _COSTS,
        "MONEY004",
        "a budget is in a partition that has AWS Budgets",
        "In other partitions the deployment fails.",
        f"{_AWS}govcloud-us/latest/UserGuide/using-services.html",
    )

    ARRAY_SIZE = (
        _SUBMITS,
        "FLOW001",
        "an array job has 2 to 10,000 children",
        "SubmitJob refuses other sizes, and the execution fails.",
        f"{_GUIDE}array_jobs.html",
    )
    JOB_NAME = (
        _SUBMITS,
        "FLOW002",
        "a job's name is up to 128 letters, digits, hyphens and underscores, with a letter or digit first",
        "SubmitJob refuses other names, and the execution fails.",
        f"{_API}API_SubmitJob.html",
    )
    EXPRESSION = (
        _SUBMITS,
        "FLOW003",
        "an expression of a state is valid JSONata, and the whole text from {% to %}",
        "Step Functions rejects invalid JSONata. Any other text, including JSONPath, is passed to the job unchanged.",
        f"{_STATES}transforming-data.html",
    )
    JOB_TAGS = (
        _SUBMITS,
        "FLOW004",
        "a job has up to 50 tags, including the one that marks the jobs of the state",
        "SubmitJob refuses more, and the execution fails.",
        f"{_GUIDE}using-tags.html",
    )
    SUBMITTED_BY_TAG = (
        _SUBMITS,
        "FLOW053",
        "the tag constructs-lib:submitted-by is reserved for the state",
        "A state machine may terminate only jobs with its own value of this tag.",
        f"{_STATES}connect-batch.html",
    )
    STATE_NAME = (
        _SUBMITS,
        "FLOW008",
        "a state's name has up to 80 characters",
        "States are named after the ids of their constructs. CreateStateMachine refuses longer names.",
        f"{_STATES}statemachine-structure.html",
    )
    SHARE_OF_QUEUE = (
        _SUBMITS,
        "FLOW013",
        "a job has a share identifier on fair-share queues, and there only",
        "SubmitJob refuses a job without one on a fair-share queue, and one with it on any other.",
        f"{_API}API_SubmitJob.html",
    )
    PRIORITY_IN_SHARE = (
        _SUBMITS,
        "FLOW059",
        "a job of a fair-share queue has a scheduling priority",
        "SubmitJob refuses a job if neither the submit nor the definition has a priority.",
        f"{_API}API_SubmitJob.html",
    )
    DEPENDENCY_COUNT = (
        _SUBMITS,
        "FLOW044",
        "a job depends on up to 20 jobs",
        "SubmitJob refuses more.",
        f"{_GUIDE}job_dependencies.html",
    )
    JOB_ID = (
        _SUBMITS,
        "FLOW062",
        "a dependency is the id of a job",
        "SubmitJob refuses other dependencies.",
        f"{_GUIDE}job_dependencies.html",
    )
    N_TO_N = (
        _SUBMITS,
        "FLOW045",
        "children of an array wait for the children of the same index in another array",
        "SubmitJob refuses such a dependency for a single job, and without a job id.",
        f"{_GUIDE}job_dependencies.html",
    )
    MACHINE_TIMEOUT = (
        _SUBMITS,
        "FLOW049",
        "the timeout of an execution is 1 to 31,536,000 whole seconds",
        "Step Functions ends an execution after a year, and refuses other timeouts.",
        f"{_STATES}service-quotas.html",
    )
    SUBMITTED_MEMORY = (
        _SUBMITS,
        "FLOW050",
        "the memory of a submit is a whole number of MiB, at least 4",
        "SubmitJob refuses other sizes.",
        f"{_API}API_ResourceRequirement.html",
    )
    OVERRIDES_LENGTH = (
        _SUBMITS,
        "FLOW051",
        "the overrides of a submit have up to 8,192 characters",
        "Amazon ECS refuses longer overrides of a task, and the job fails to start.",
        f"{_AWS}AmazonECS/latest/APIReference/API_TaskOverride.html",
    )
    PARAMETER = (
        _SUBMITS,
        "FLOW052",
        "each Ref::name of a command is a parameter of the job",
        "A Ref::name without a parameter of that name is not replaced, and the program receives it literally.",
        f"{_GUIDE}job_definition_parameters.html",
    )
    CONTAINER_OVERRIDES = (
        _SUBMITS,
        "BATCH032",
        "only a job of one container has container overrides",
        "SubmitJob refuses them for jobs of several containers or nodes.",
        f"{_API}API_SubmitJob.html",
    )
    ARRAY_OF_NODES = (
        _SUBMITS,
        "BATCH042",
        "AWS Batch has no arrays of multi-node parallel jobs",
        "SubmitJob refuses them.",
        f"{_GUIDE}multi-node-parallel-jobs.html",
    )
    WAITED_FOR = (
        _SUBMITS,
        "BATCH043",
        "a state can wait only for jobs of one container",
        (
            "Step Functions adds an environment variable to each job that it waits for, which jobs of several "
            "containers or nodes do not allow."
        ),
        f"{_STATES}connect-batch.html",
    )

    RESERVED_VARIABLE = (
        _FAN_OUTS,
        "FLOW005",
        "the environment variables with the items are reserved for the fan-out",
        "A variable of the same name would replace the item.",
    )
    MAP_CONCURRENCY = (
        _FAN_OUTS,
        "FLOW006",
        "a Map state runs 1 to 40 iterations at a time",
        "Step Functions runs no more at a time, even with a higher value.",
        f"{_STATES}state-map-inline.html",
    )
    DISTRIBUTED_CONCURRENCY = (
        _FAN_OUTS,
        "FLOW055",
        "a Distributed Map runs 1 to 10,000 executions at a time",
        "Step Functions runs no more at a time, even with a higher value.",
        f"{_STATES}state-map-distributed.html",
    )
    BATCH_OF_ITEMS = (
        _FAN_OUTS,
        "FLOW056",
        "a batch is one array job, of 1 to 10,000 items, and one payload, of 16,384 to 196,608 bytes",
        "The execution of a batch holds its items and their plan in one payload, and submits one array job.",
        f"{_STATES}input-output-itembatcher.html",
    )
    TOLERATED_FAILURES = (
        _FAN_OUTS,
        "FLOW007",
        "a number of tolerated failures is 0 or more",
        "A negative number has no meaning.",
    )
    TOLERATED_PERCENTAGE = (
        _FAN_OUTS,
        "FLOW010",
        "a percentage of tolerated failures is 0 to 100",
        "CreateStateMachine refuses other percentages.",
        f"{_STATES}state-map-distributed.html#maprun-fail-threshold",
    )
    CSV_COLUMNS = (
        _FAN_OUTS,
        "FLOW011",
        "a CSV object has one of the delimiters of Step Functions, and a list of headers is not empty",
        "CreateStateMachine refuses other delimiters, and an empty list of headers.",
        f"{_STATES}input-output-itemreader.html",
    )
    JSON_POINTER = (
        _FAN_OUTS,
        "FLOW057",
        "a JSON pointer begins with a slash",
        "With other text, such as a JSONPath, the Map state finds no items.",
        f"{_STATES}input-output-itemreader.html",
    )
    READER_ITEMS = (
        _FAN_OUTS,
        "FLOW058",
        "Step Functions reads 1 to 100,000,000 items",
        "CreateStateMachine refuses other numbers.",
        f"{_STATES}input-output-itemreader.html",
    )
    FALLBACK_QUEUE = (
        _FAN_OUTS,
        "FLOW012",
        "the fallback queue differs from the queue",
        "On the same queue the items would lose their capacity again.",
        f"{_AWS}AWSEC2/latest/UserGuide/spot-instance-termination-notices.html",
    )
    ITEMS_IN_S3 = (
        _FAN_OUTS,
        "FLOW014",
        "items in S3 require Strategy.DISTRIBUTED",
        "The other strategies read their items from the input of the state.",
        f"{_STATES}input-output-itemreader.html",
    )
    MEMORY_STEPS = (
        _FAN_OUTS,
        "FLOW020",
        "an item that ran out of memory runs again with more memory, a whole number of MiB",
        "With the same memory, or less, it would run out of memory again.",
        f"{_GUIDE}memory-management.html",
    )
    ITEM_ATTEMPTS = (
        _FAN_OUTS,
        "FLOW040",
        "an item has 1 to 10 attempts, as a job of AWS Batch",
        (
            "A task of Amazon ECS has no attempts of its own: the state starts it again, and each start adds events "
            "to the history of the execution."
        ),
        f"{_STATES}bp-history-limit.html",
    )
    TASK_FALLBACK = (
        _FAN_OUTS,
        "FLOW041",
        "a fallback to on-demand capacity requires Fargate Spot and at least one attempt on it",
        "Without Spot a fallback has no effect, and with one attempt no task would run on Spot.",
        f"{_ECS}fargate-capacity-providers.html",
    )
    FARGATE_TASK = (
        _FAN_OUTS,
        "FLOW042",
        "a task definition is for Fargate",
        "RunTask refuses a task definition that is not compatible with Fargate.",
        f"{_ECS}fargate-tasks-services.html",
    )
    ITEM_CONTAINER = (
        _FAN_OUTS,
        "FLOW061",
        "a container of the task definition works on the item",
        (
            "The item is passed to a container by its name: without a container, or with that of another definition, "
            "RunTask fails."
        ),
        f"{_STATES}connect-ecs.html",
    )
    TASK_NETWORK = (
        _FAN_OUTS,
        "FLOW043",
        "a task of Amazon ECS has up to 16 subnets and 5 security groups",
        "RunTask refuses more.",
        f"{_AWS}AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html",
    )
    TASK_TIMEOUT = (
        _FAN_OUTS,
        "FLOW048",
        "the timeout of a task is 1 to 99,999,999 whole seconds",
        "CreateStateMachine refuses other timeouts.",
        f"{_STATES}state-task.html",
    )
    STAGE_COUNT = (
        _FAN_OUTS,
        "FLOW046",
        "a pipeline has two stages or more, as many as the history of an execution has room for",
        (
            "One stage is a fan-out. The failures of too many stages would exceed the history, and the execution "
            "would fail."
        ),
        f"{_STATES}bp-history-limit.html",
    )
    STAGE_NAME = (
        _FAN_OUTS,
        "FLOW047",
        "each stage has a unique name of letters, digits, hyphens and underscores, with a letter or digit first",
        "States and jobs are named after the stage.",
        f"{_API}API_SubmitJob.html",
    )

    WATCH_TIME = (
        _WATCHES,
        "FLOW030",
        "the time of a watch is longer than instances take to start, and shorter than an execution can run",
        (
            "With a time of minutes, jobs that only wait for their instance would be cancelled; an execution ends "
            "after a year."
        ),
        f"{_GUIDE}job_stuck_in_runnable.html",
    )
    WATCHED_QUEUES = (
        _WATCHES,
        "FLOW031",
        "a watch has one queue or more, each of them once",
        "Without a queue there are no jobs to watch, and a queue that occurs twice would start two executions per job.",
        f"{_GUIDE}batch_job_events.html",
    )
    OTHER_QUEUE = (
        _WATCHES,
        "FLOW032",
        "copies of jobs are submitted to a queue that is not watched",
        "On a watched queue, a job would be cancelled and resubmitted again and again.",
        f"{_GUIDE}job_stuck_in_runnable.html",
    )
    RESUBMITTED_JOBS = (
        _WATCHES,
        "FLOW033",
        "a watch that resubmits jobs names their definitions, each of one container on ECS",
        "Its role has permissions for these definitions only, and a copy of a job is made by container overrides.",
        f"{_API}API_SubmitJob.html",
    )
    WATCHED_JOBS = (
        _WATCHES,
        "FLOW060",
        "the list of job definitions of a watch is not empty",
        "No event would match the pattern of its rule.",
        f"{_GUIDE}batch_job_events.html",
    )
    WATCH_PATTERN = (
        _WATCHES,
        "FLOW034",
        "the queues and definitions of a watch fit into the pattern of an event rule, of 2,048 characters",
        "PutRule refuses a longer pattern.",
        f"{_AWS}eventbridge/latest/userguide/eb-quota.html",
    )
    WATCH_ACTION = (
        _WATCHES,
        "FLOW035",
        "a watch cancels jobs, resubmits them, or notifies a topic",
        "A watch without an action has no effect.",
    )
    SCHEDULE = (
        _TRIGGERS,
        "TRIG001",
        "a schedule is a rate, a cron expression or one time, as EventBridge Scheduler reads them",
        "CreateSchedule refuses other texts, and times with an offset: the zone is an argument of its own.",
        f"{_SCHEDULER}schedule-types.html",
    )
    CRON_FIELDS = (
        _TRIGGERS,
        "TRIG002",
        "a cron expression has six fields, each in its range, and one of the two for days is ?",
        (
            "The cron expressions of AWS have a year, count the days of the week from Sunday as 1, and name days "
            "either by month or by week: CreateSchedule refuses others, such as the five fields of Unix."
        ),
        f"{_SCHEDULER}schedule-types.html#cron-based",
    )
    TIME_ZONE = (
        _TRIGGERS,
        "TRIG003",
        "the time zone of a schedule has a name of the IANA database, such as Europe/Berlin",
        "CreateSchedule refuses other names, abbreviations and offsets among them.",
        f"{_SCHEDULER}schedule-types.html#time-zones",
    )
    FLEXIBLE_WINDOW = (
        _TRIGGERS,
        "TRIG004",
        "the flexible window of a schedule is 1 to 1,440 whole minutes",
        "CreateSchedule refuses other windows.",
        f"{_SCHEDULER}managing-schedule-flexible-time-windows.html",
    )
    TRIGGER_INPUT = (
        _TRIGGERS,
        "TRIG005",
        "the input of a schedule is an object of JSON, for a state machine",
        "Jobs that are submitted without a state machine have no input, but parameters and variables.",
        f"{_SCHEDULER}managing-targets-universal.html",
    )
    SCHEDULED_EXPRESSION = (
        _TRIGGERS,
        "TRIG006",
        "what a schedule submits has no JSONata expressions",
        (
            "EventBridge Scheduler evaluates none, and the job would get the expression itself. It replaces keywords, "
            "such as `<aws.scheduler.scheduled-time>`."
        ),
        f"{_SCHEDULER}managing-schedule-context-attributes.html",
    )
    EVENT_AGE = (
        _TRIGGERS,
        "TRIG007",
        "AWS tries to deliver for a whole number of seconds, 60 to 86,400",
        "EventBridge and EventBridge Scheduler refuse other ages.",
        f"{_AWS}scheduler/latest/APIReference/API_RetryPolicy.html",
    )
    DEAD_LETTER_QUEUE = (
        _TRIGGERS,
        "TRIG008",
        "the dead-letter queue of a trigger is a standard queue",
        "EventBridge and EventBridge Scheduler send what they could not deliver to no FIFO queue.",
        f"{_SCHEDULER}configuring-schedule-dlq.html",
    )
    BATCH_OF_MESSAGES = (
        _TRIGGERS,
        "TRIG009",
        "a pipe waits up to 300 whole seconds for up to 10,000 messages, and not at all for those of a FIFO queue",
        "CreatePipe refuses other times and numbers; of a FIFO queue it takes 10 messages at once.",
        f"{_AWS}eventbridge/latest/userguide/eb-pipes-sqs.html",
    )
    OWN_OUTPUT = (
        _TRIGGERS,
        "TRIG010",
        "what a pipeline writes does not start it again",
        (
            "A trigger on the prefix where its own target writes would start an execution for each result, and those "
            "would write again: without an end, and at the cost of each round."
        ),
        f"{_AWS}eventbridge/latest/userguide/eb-rules-best-practices.html",
    )
    TRIGGER_PLACE = (
        _TRIGGERS,
        "TRIG011",
        "what a trigger waits for, and what it starts, is in the account and region of the stack",
        (
            "S3 sends its events in the account and region of the bucket, a pipe reads queues of its own, and an "
            "execution is started where the trigger is: elsewhere, nothing would ever start."
        ),
        f"{_AWS}AmazonS3/latest/userguide/EventBridge.html",
    )
    PIPE_REGION = (
        _TRIGGERS,
        "TRIG012",
        "a trigger with a pipe is in a Region of a partition that has EventBridge Pipes",
        (
            "Triggers of queues and of uploads read a queue by a pipe, and AWS GovCloud (US) has none: CloudFormation "
            "refuses the stack, as it does not know the type AWS::Pipes::Pipe there. Schedules work."
        ),
        f"{_AWS}general/latest/gr/ev_pipes.html",
    )
    MONITORED = (
        _MONITORING,
        "MON001",
        "something is monitored",
        "Without a queue, a state machine or an environment there is nothing to measure or to show.",
    )
    METRICS_ONCE = (
        _MONITORING,
        "MON002",
        "the metrics of a queue are published once",
        "Each event would be counted twice: the numbers would be wrong.",
        f"{_GUIDE}batch_job_events.html",
    )
    FAN_OUT_NAME = (
        _MONITORING,
        "MON003",
        "a measured fan-out has jobs whose name is known when the app is synthesized",
        (
            "Its jobs are told from the other jobs of the queue by their name, because the events of AWS Batch have "
            "nothing else that does."
        ),
        f"{_GUIDE}batch_job_events.html",
    )
    METRIC_FILTERS = (
        _MONITORING,
        "MON004",
        "a log group has up to 100 metric filters: eight for all queues, and seven for each fan-out",
        "PutMetricFilter refuses more.",
        f"{_AWS}AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html",
    )
    MEASURED_EVERY = (
        _MONITORING,
        "MON005",
        "queues are measured every 1 to 60 minutes, in whole minutes",
        "EventBridge Scheduler has no shorter interval, and after a longer one the numbers are of the past.",
        f"{_AWS}scheduler/latest/UserGuide/schedule-types.html",
    )
    RECIPIENT = (
        _NOTIFICATIONS,
        "MON021",
        "notifications have a topic, or other targets",
        "Nobody would get a message.",
    )
    OCCASIONS = (
        _NOTIFICATIONS,
        "MON022",
        "notifications are about executions of machines, or about jobs, blocks and environments of queues",
        "There would be no message.",
        f"{_GUIDE}batch_cwe_events.html",
    )
    NOTIFIED_ONCE = (
        _NOTIFICATIONS,
        "MON023",
        "each state machine and each queue of notifications is passed once",
        "One that is passed twice is most often meant to be another one.",
    )
    NOTIFIED_MANY = (
        _NOTIFICATIONS,
        "MON024",
        "the machines or queues of notifications fit into the pattern of an event rule, of 2,048 characters",
        "PutRule refuses a longer pattern.",
        f"{_AWS}eventbridge/latest/userguide/eb-quota.html",
    )
    COLLECT_TIME = (
        _NOTIFICATIONS,
        "MON025",
        "jobs are collected for a message for 1 minute to 1 day, in whole seconds",
        "A message about each failed job would be a message for each of 10,000; a day later, nobody can help any more.",
    )

    ALARM_THRESHOLD = (
        _MONITORING,
        "MON006",
        "the threshold of an alarm is above 0, and a percentage is below 100",
        "With any other one the alarm would always be in alarm, or never.",
        f"{_AWS}AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html",
    )
    MONITORED_PLACE = (
        _MONITORING,
        "MON007",
        "what is monitored is in the account and region of the stack",
        "AWS sends the events of jobs and executions, and has their metrics, where their queue or state machine is.",
        f"{_GUIDE}batch_job_events.html",
    )

    PRICE = (
        _MONITORING,
        "MON008",
        "a price is a number of US dollars above 0",
        "The dashboard estimates the costs of jobs with it.",
    )

    def __init__(self, wing: str, code: str, title: str, why: str, source: str = "") -> None:
        self.wing = wing
        self.code = code
        self.title = title
        self.why = why
        self.source = source

    @property
    def address(self) -> str:
        """Where the rule is explained."""
        return f"{PAGE}#{self.code.lower()}"

    def error(self, where: object, *, got: str, fix: str, expected: str = "") -> ConfigurationError:
        """The error of an argument that breaks the rule, to be raised.

        Args:
            where: the argument; its text is in the caller's words.
            got: what was passed, in words or as a literal.
            fix: what to do about it, as a sentence.
            expected: the rule with its numbers, as a clause. Default: the title.
        """
        return ConfigurationError(
            code=self.code,
            where=str(where),
            got=got,
            expected=expected or self.title,
            fix=fix,
            address=self.address,
        )


class Caution(Enum):
    """A warning that is raised while an app is synthesized, and that the app may acknowledge by its id.

    Attributes:
        wing: what it is about, in words.
        id: such as ``constructs-lib:movingImage``.
        title: what is recommended, as a clause.
        why: what happens otherwise, in sentences.
        source: the page of AWS about it.
    """

    LAUNCH_TEMPLATE_USER_DATA = (
        _COMPUTE,
        "launchTemplateUserData",
        "the user data of a launch template is a MIME multi-part archive",
        (
            "The user data is unknown here, because the template is imported or the user data is a token. With any "
            "other user data the environment becomes INVALID."
        ),
        f"{_GUIDE}launch-templates.html",
    )
    LAUNCH_TEMPLATE_VERSION = (
        _COMPUTE,
        "launchTemplateVersion",
        "an environment names the version of its launch template",
        (
            "With a version such as $Latest, a change of the template does not change the environment: no update "
            "starts new instances, and instances of both versions run side by side."
        ),
        f"{_GUIDE}launch-templates.html",
    )
    FIXED_ENVIRONMENT_NAME = (
        _COMPUTE,
        "fixedEnvironmentName",
        "a compute environment has no physical name",
        (
            "CloudFormation replaces an environment when one of its tags changes, and cannot replace one with a "
            "physical name: the deployment fails."
        ),
        f"{_AWS}AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html",
    )
    UNKNOWN_INSTANCE_TYPE = (
        _COMPUTE,
        "unknownInstanceType",
        "an instance type is known to this version of the library",
        "It may be newer than this version, or a mistake; the library cannot check whether a job fits it.",
        f"{_GUIDE}instance-type-compute-table.html",
    )
    NO_PUBLIC_ADDRESS = (
        _NETWORKS,
        "noPublicAddress",
        "instances and tasks in public subnets have a public IP address",
        "Without one they reach neither Amazon ECS nor Amazon ECR: jobs stay in RUNNABLE, or cannot pull their image.",
        f"{_ECS}task_cannot_pull_image.html",
    )
    MISSING_ENDPOINTS = (
        _NETWORKS,
        "missingEndpoints",
        "isolated subnets have the endpoints that instances and tasks need",
        "Without a route to Amazon ECS, Amazon ECR and CloudWatch Logs no job starts.",
        f"{_ECS}vpc-endpoints.html",
    )
    UNREACHABLE_SECRET = (
        _NETWORKS,
        "unreachableSecret",
        "isolated subnets have endpoints for the services that store the secrets of a job",
        "A task that cannot read its secrets does not start.",
        f"{_GUIDE}specifying-sensitive-data.html",
    )
    USELESS_PUBLIC_ADDRESS = (
        _NETWORKS,
        "uselessPublicAddress",
        "tasks in private subnets have no public IP address",
        "The address costs 0.005 US dollars an hour, and is not reachable from the internet.",
        f"{_AWS}vpc/latest/userguide/configure-subnets.html#subnet-types",
    )
    UNREACHABLE_IMAGE = (
        _NETWORKS,
        "unreachableImage",
        "jobs in isolated subnets pull their image from Amazon ECR",
        "Isolated subnets reach endpoints only: an image of another registry cannot be pulled.",
        f"{_ECS}task_cannot_pull_image.html",
    )
    ARM_ON_FARGATE_SPOT = (
        _PLACES,
        "armOnFargateSpot",
        "a queue for jobs on ARM_64 has more than Fargate Spot",
        "Fargate Spot does not offer that processor in every Region: in the others the job would block its queue.",
        f"{_ECS}fargate-capacity-providers.html",
    )
    MOVING_IMAGE = (
        _IMAGES,
        "movingImage",
        "an image has a tag other than latest, or a digest",
        "Two jobs of one run may get different images.",
        f"{_AWS}AmazonECR/latest/userguide/image-tag-mutability.html",
    )
    JOB_WITHOUT_ROLE = (
        _FAN_OUTS,
        "jobWithoutRole",
        "the job of a fan-out has a role",
        (
            "A container without a role has no credentials: it cannot read a list that travels through S3, and cannot "
            "write the result of its item."
        ),
        f"{_ECS}task-iam-roles.html",
    )
    BUCKET_EVENTS = (
        _TRIGGERS,
        "bucketEvents",
        "the bucket of an upload trigger tells EventBridge of its objects",
        "The setting of a bucket that is imported is not known, and without it nothing ever starts.",
        f"{_AWS}AmazonS3/latest/userguide/enable-event-notifications-eventbridge.html",
    )
    QUEUE_VISIBILITY = (
        _TRIGGERS,
        "queueVisibility",
        "a queue hides a message for longer than a trigger takes to read it",
        "A message that is visible again while it is being read is read twice, and counts as tried twice.",
        f"{_AWS}AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html",
    )
    PIPE_REGION = (
        _TRIGGERS,
        "pipeRegion",
        "a trigger with a pipe is in a Region that has EventBridge Pipes",
        (
            "CloudFormation refuses a stack with the type AWS::Pipes::Pipe in a Region without it. AWS adds Regions: "
            "acknowledge it where yours has come to have it since this version of constructs-lib."
        ),
        f"{_AWS}general/latest/gr/ev_pipes.html",
    )
    UNPUBLISHED_METRICS = (
        _MONITORING,
        "unpublishedMetrics",
        "metrics of jobs that are used are published in the same app",
        "AWS Batch has no metrics of jobs: without a Monitoring or JobMetrics they stay empty.",
        f"{_GUIDE}batch_job_events.html",
    )

    ALARM_TOPIC_KEY = (
        _MONITORING,
        "alarmTopicKey",
        "a topic of alarms is encrypted by a key that CloudWatch may use, or not at all",
        (
            "The key policy of alias/aws/sns cannot be changed, and that of an imported key is unknown: an alarm whose "
            "topic it cannot encrypt for notifies nobody."
        ),
        f"{_AWS}AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html",
    )

    def __init__(self, wing: str, name: str, title: str, why: str, source: str) -> None:
        self.wing = wing
        self.anchor = name.lower()
        self.id = f"constructs-lib:{name}"
        self.title = title
        self.why = why
        self.source = source
