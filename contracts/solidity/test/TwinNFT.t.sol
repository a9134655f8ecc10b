// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {TwinNFT} from "../src/TwinNFT.sol";
import {vm} from "./Vm.sol";

abstract contract TwinNFTFixture {
    bool public constant IS_TEST = true;

    address internal constant OWNER = address(0xCAFE);
    address internal constant STRANGER = address(0xBAD);
    uint256 internal constant TOKEN = 0xA55E7;
    bytes32 internal constant FIRST = keccak256("first document");
    bytes32 internal constant SECOND = keccak256("second document");
    uint64 internal constant AS_OF = 1_700_000_000_000_000;

    TwinNFT internal twin;

    function setUp() public virtual {
        twin = new TwinNFT("ipfs://", address(this), 1 days);
        twin.grantRole(twin.MINTER_ROLE(), address(this));
        twin.grantRole(twin.ANCHORER_ROLE(), address(this));
        twin.grantRole(twin.PAUSER_ROLE(), address(this));
        twin.mint(OWNER, TOKEN, FIRST, AS_OF, 0);
    }

    function _unauthorized(bytes32 role) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IAccessControl.AccessControlUnauthorizedAccount.selector, STRANGER, role);
    }
}

contract TwinNFTTest is TwinNFTFixture {
    event MetadataAnchored(uint256 indexed tokenId, bytes32 previous, bytes32 digest, uint64 version, uint8 severity);
    event MetadataUpdate(uint256 tokenId);

    function test_mint_writes_the_head_and_the_owner() public view {
        TwinNFT.Head memory head = twin.head(TOKEN);
        require(twin.ownerOf(TOKEN) == OWNER, "owner");
        require(head.metadataDigest == FIRST, "digest");
        require(head.version == 1, "version");
        require(head.asOf == AS_OF, "asOf");
        require(head.severity == 0 && !head.locked, "status");
    }

    function test_mint_refuses_a_zero_digest() public {
        vm.expectRevert(abi.encodeWithSelector(TwinNFT.TwinNFTZeroDigest.selector, 7));
        twin.mint(OWNER, 7, 0, AS_OF, 0);
    }

    function test_mint_refuses_a_token_that_exists() public {
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721InvalidSender.selector, address(0)));
        twin.mint(OWNER, TOKEN, SECOND, AS_OF, 0);
    }

    function test_mint_refuses_a_stranger() public {
        bytes memory refusal = _unauthorized(twin.MINTER_ROLE());
        vm.prank(STRANGER);
        vm.expectRevert(refusal);
        twin.mint(OWNER, 7, SECOND, AS_OF, 0);
    }

    function test_anchor_moves_the_head_and_emits_both_events() public {
        vm.expectEmit(true, false, false, true, address(twin));
        emit MetadataAnchored(TOKEN, FIRST, SECOND, 2, 3);
        vm.expectEmit(false, false, false, true, address(twin));
        emit MetadataUpdate(TOKEN);
        twin.anchor(TOKEN, FIRST, SECOND, 2, AS_OF + 1, 3);
        TwinNFT.Head memory head = twin.head(TOKEN);
        require(head.metadataDigest == SECOND && head.version == 2, "head");
        require(head.asOf == AS_OF + 1 && head.severity == 3 && !head.locked, "status");
    }

    function test_anchor_refuses_a_document_that_is_no_longer_the_head() public {
        twin.anchor(TOKEN, FIRST, SECOND, 2, AS_OF, 0);
        vm.expectRevert(abi.encodeWithSelector(TwinNFT.TwinNFTStaleDigest.selector, TOKEN, SECOND, FIRST));
        twin.anchor(TOKEN, FIRST, keccak256("third"), 3, AS_OF, 0);
    }

    function test_anchor_refuses_a_version_that_does_not_grow() public {
        vm.expectRevert(abi.encodeWithSelector(TwinNFT.TwinNFTStaleVersion.selector, TOKEN, 1, 1));
        twin.anchor(TOKEN, FIRST, SECOND, 1, AS_OF, 0);
    }

    function test_anchor_refuses_a_token_that_does_not_exist() public {
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721NonexistentToken.selector, 7));
        twin.anchor(7, 0, SECOND, 2, AS_OF, 0);
    }

    function test_anchor_refuses_a_zero_digest() public {
        vm.expectRevert(abi.encodeWithSelector(TwinNFT.TwinNFTZeroDigest.selector, TOKEN));
        twin.anchor(TOKEN, FIRST, 0, 2, AS_OF, 0);
    }

    function test_anchor_refuses_a_suspended_anchorer() public {
        twin.grantRole(twin.ANCHORER_ROLE(), STRANGER);
        twin.suspendAnchorer(STRANGER);
        bytes memory refusal = _unauthorized(twin.ANCHORER_ROLE());
        vm.prank(STRANGER);
        vm.expectRevert(refusal);
        twin.anchor(TOKEN, FIRST, SECOND, 2, AS_OF, 0);
    }

    function test_suspendAnchorer_refuses_a_stranger() public {
        bytes memory refusal = _unauthorized(twin.PAUSER_ROLE());
        vm.prank(STRANGER);
        vm.expectRevert(refusal);
        twin.suspendAnchorer(address(this));
    }

    function test_pause_stops_mints_and_transfers_but_no_anchor() public {
        twin.pause();
        vm.expectRevert(abi.encodeWithSelector(Pausable.EnforcedPause.selector));
        twin.mint(OWNER, 7, SECOND, AS_OF, 0);
        vm.prank(OWNER);
        vm.expectRevert(abi.encodeWithSelector(Pausable.EnforcedPause.selector));
        twin.transferFrom(OWNER, STRANGER, TOKEN);
        twin.anchor(TOKEN, FIRST, SECOND, 2, AS_OF, 0);
        twin.unpause();
        vm.prank(OWNER);
        twin.transferFrom(OWNER, STRANGER, TOKEN);
        require(twin.ownerOf(TOKEN) == STRANGER, "owner");
    }

    function test_tokenURI_is_the_base16_content_identifier_of_the_digest() public {
        // sha-256 of "abc", FIPS 180-2 appendix B.1
        bytes32 digest = 0xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad;
        twin.anchor(TOKEN, FIRST, digest, 2, AS_OF, 0);
        _requireURI("ipfs://f01551220ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        twin.setBaseURI("https://twins.example/ipfs/");
        _requireURI(
            "https://twins.example/ipfs/f01551220ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    function test_setBaseURI_refuses_a_stranger() public {
        bytes memory refusal = _unauthorized(0);
        vm.prank(STRANGER);
        vm.expectRevert(refusal);
        twin.setBaseURI("https://elsewhere/");
    }

    function test_views_refuse_a_token_that_does_not_exist() public {
        bytes memory refusal = abi.encodeWithSelector(IERC721Errors.ERC721NonexistentToken.selector, 7);
        vm.expectRevert(refusal);
        twin.head(7);
        vm.expectRevert(refusal);
        twin.metadataDigest(7);
        vm.expectRevert(refusal);
        twin.tokenURI(7);
    }

    function test_supportsInterface_names_the_standards_that_are_kept() public view {
        require(twin.supportsInterface(0x01ffc9a7), "ERC-165");
        require(twin.supportsInterface(0x80ac58cd), "ERC-721");
        require(twin.supportsInterface(0x5b5e139f), "ERC-721 metadata");
        require(twin.supportsInterface(0x49064906), "ERC-4906");
        require(!twin.supportsInterface(0xffffffff), "ERC-165 forbids it");
    }

    function testFuzz_anchor_accepts_only_the_current_digest(bytes32 previous, bytes32 digest) public {
        vm.assume(previous != FIRST && digest != 0);
        vm.expectRevert(abi.encodeWithSelector(TwinNFT.TwinNFTStaleDigest.selector, TOKEN, FIRST, previous));
        twin.anchor(TOKEN, previous, digest, 2, AS_OF, 0);
    }

    function testFuzz_anchor_reads_back_what_was_written(bytes32 digest, uint64 version, uint64 asOf, uint8 severity)
        public
    {
        vm.assume(digest != 0 && version > 1);
        twin.anchor(TOKEN, FIRST, digest, version, asOf, severity);
        TwinNFT.Head memory head = twin.head(TOKEN);
        require(head.metadataDigest == digest && twin.metadataDigest(TOKEN) == digest, "digest");
        require(head.version == version && head.asOf == asOf, "version and instant");
        require(head.severity == severity && !head.locked, "status");
    }

    function testFuzz_anchor_refuses_everybody_without_the_role(address caller) public {
        vm.assume(caller != address(this));
        bytes memory refusal = abi.encodeWithSelector(
            IAccessControl.AccessControlUnauthorizedAccount.selector, caller, twin.ANCHORER_ROLE()
        );
        vm.prank(caller);
        vm.expectRevert(refusal);
        twin.anchor(TOKEN, FIRST, SECOND, 2, AS_OF, 0);
    }

    function testFuzz_mint_and_anchor_keep_tokens_apart(uint256 tokenId) public {
        vm.assume(tokenId != TOKEN);
        twin.mint(OWNER, tokenId, SECOND, AS_OF, 1);
        twin.anchor(tokenId, SECOND, keccak256("third"), 2, AS_OF, 2);
        require(twin.metadataDigest(TOKEN) == FIRST, "another token changed");
    }

    function _requireURI(string memory expected) private view {
        require(keccak256(bytes(twin.tokenURI(TOKEN))) == keccak256(bytes(expected)), "token URI");
    }
}
