// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {TwinNFT} from "../src/TwinNFT.sol";
import {TwinNFTFixture} from "./TwinNFT.t.sol";

/// @dev Writes good, stale and forged anchors and keeps its own account of what the head must be.
contract AnchoringGateway {
    TwinNFT private immutable TWIN;
    uint256 private immutable TOKEN;

    bytes32 public expectedDigest;
    uint64 public expectedVersion;

    constructor(TwinNFT twin, uint256 tokenId) {
        TWIN = twin;
        TOKEN = tokenId;
        expectedDigest = twin.metadataDigest(tokenId);
        expectedVersion = twin.head(tokenId).version;
    }

    function anchorNext(bytes32 digest, uint16 step, uint64 asOf, uint8 severity) external {
        uint64 version = expectedVersion + step;
        if (digest == 0 || step == 0) return;
        TWIN.anchor(TOKEN, expectedDigest, digest, version, asOf, severity);
        (expectedDigest, expectedVersion) = (digest, version);
    }

    function anchorAnything(bytes32 previous, bytes32 digest, uint32 version) external {
        try TWIN.anchor(TOKEN, previous, digest, version, 0, 0) {
            require(previous == expectedDigest, "accepted on a stale document");
            require(version > expectedVersion, "accepted with a stale version");
            (expectedDigest, expectedVersion) = (digest, version);
        } catch {}
    }

    function anchorBackwards(bytes32 digest, uint64 version) external {
        version = version % (expectedVersion + 1);
        try TWIN.anchor(TOKEN, expectedDigest, digest, version, 0, 0) {
            revert("accepted a version that does not grow");
        } catch {}
    }
}

contract TwinNFTInvariantTest is TwinNFTFixture {
    AnchoringGateway private gateway;

    function setUp() public override {
        super.setUp();
        gateway = new AnchoringGateway(twin, TOKEN);
        twin.grantRole(twin.ANCHORER_ROLE(), address(gateway));
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(gateway);
    }

    function invariant_the_head_is_the_last_accepted_document() public view {
        require(twin.metadataDigest(TOKEN) == gateway.expectedDigest(), "digest");
        require(twin.head(TOKEN).version == gateway.expectedVersion(), "version");
        require(twin.ownerOf(TOKEN) == OWNER, "owner");
    }
}
